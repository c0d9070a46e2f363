namespace Parley.Gateway.Access;

/// <summary>The inside of <see cref="KeyErrorResponse"/>.</summary>
internal sealed record KeyErrorBody(string Code, string Message, string? Path);
