namespace Parley.Testing.Schemas;

/// <summary>Something in a value that its schema does not say: a property it does not know (Unknown), else a violation.</summary>
public sealed record SchemaProblem(string Path, string Message, bool Unknown)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Message}";
}
