namespace Parley.Gateway.Storage;

/// <summary>The database cannot be used. The message is written for the operator: what is wrong, with which file, and what to do.</summary>
public sealed class StorageException(string message, Exception? inner = null) : Exception(message, inner);
