using System.Text.Json.Serialization;

namespace Parley.Simulator;

/// <summary>Strings as JSON, without reflection.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class FormJson : JsonSerializerContext;
