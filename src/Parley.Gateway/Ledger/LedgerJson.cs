using System.Text.Json.Serialization;

namespace Parley.Gateway.Ledger;

/// <summary>How the ledger's answers are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(RequestsAnswer))]
[JsonSerializable(typeof(LedgerErrorAnswer))]
internal sealed partial class LedgerJson : JsonSerializerContext;
