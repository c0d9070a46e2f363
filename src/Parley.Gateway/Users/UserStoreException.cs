namespace Parley.Gateway.Users;

/// <summary>The users cannot be read or written. The message is for the operator: what failed and what to do; it holds no secret.</summary>
internal sealed class UserStoreException(string message, Exception? inner = null) : Exception(message, inner);
