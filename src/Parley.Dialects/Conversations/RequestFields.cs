using System.Numerics;
using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>The settings that a request has, as raw JSON values.</summary>
public sealed class RequestFields
{
    private readonly JsonValue[] _values = new JsonValue[RequestFieldNames.Count];

    /// <summary>One bit for each field that is set.</summary>
    internal ulong Set { get; private set; }

    /// <summary>The value; none when the request has none, or <c>null</c>.</summary>
    public JsonValue this[RequestField field]
    {
        get => _values[(int)field];
        set
        {
            if (value.IsNull) return;
            _values[(int)field] = value;
            Set |= 1UL << (int)field;
        }
    }

    public bool Has(RequestField field) => (Set & (1UL << (int)field)) != 0;

    /// <summary>The first field of a set of bits, in the order of the enumeration.</summary>
    internal static RequestField First(ulong bits) => (RequestField)BitOperations.TrailingZeroCount(bits);
}
