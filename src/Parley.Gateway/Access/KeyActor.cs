namespace Parley.Gateway.Access;

/// <summary>Who makes or changes a key: a caller of the admin API, or the machine's operator at the command line or at the first start.</summary>
/// <param name="Id">For the audit lines and <c>createdBy</c>.</param>
/// <param name="Caller">Null for the operator, who owns the files anyway and may do everything.</param>
internal sealed record KeyActor(string Id, Caller? Caller)
{
    /// <summary>The <c>keys</c> command.</summary>
    public static KeyActor CommandLine { get; } = new("cli", null);

    /// <summary>The first start.</summary>
    public static KeyActor Start { get; } = new("start", null);

    /// <summary>A caller of the admin API.</summary>
    public static KeyActor Of(Caller caller) => new(caller.KeyId, caller);
}
