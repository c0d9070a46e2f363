using System.Text.Json;

namespace Parley.Simulator;

/// <summary>One item of a Responses output.</summary>
internal abstract record OutputItem(string Id)
{
    /// <summary>Writes the item as it is at the end, or as it is announced (empty and in progress).</summary>
    public abstract void Write(Utf8JsonWriter writer, bool finished);
}
