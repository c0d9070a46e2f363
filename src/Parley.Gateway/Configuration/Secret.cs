namespace Parley.Gateway.Configuration;

/// <summary>A credential. It prints masked everywhere; only <see cref="Reveal"/> gives the value, at the place where it is sent.</summary>
public sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>The value in clear. Never log it, never put it in an error.</summary>
    public string Reveal() => value;

    /// <inheritdoc/>
    public override string ToString() => "***";

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && string.Equals(value, other.Reveal(), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);
}
