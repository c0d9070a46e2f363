using System.Text.Json.Serialization;

namespace Parley.Gateway.Access;

/// <summary>The JSON of keys.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
// The admin API.
[JsonSerializable(typeof(KeyResponse))]
[JsonSerializable(typeof(KeyListResponse))]
[JsonSerializable(typeof(KeyErrorResponse))]
// The database's lists.
[JsonSerializable(typeof(string[]))]
internal sealed partial class KeyJsonContext : JsonSerializerContext;
