using System.Text.Json.Serialization;

namespace Parley.Gateway.Routing;

/// <summary>Source-generated JSON of the routing folder.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class CatalogJson : JsonSerializerContext;
