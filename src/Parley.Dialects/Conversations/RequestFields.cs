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

    /// <summary>One bit for each field that the caller did not say: what becomes of it is no loss of his.</summary>
    internal ulong Defaulted { get; private set; }

    /// <summary>Sets a field that the caller left open.</summary>
    internal void SetDefault(RequestField field, JsonValue value)
    {
        this[field] = value;
        Defaulted |= 1UL << (int)field;
    }

    internal bool IsDefault(RequestField field) => (Defaulted & (1UL << (int)field)) != 0;

    internal void CopyTo(RequestFields other)
    {
        _values.CopyTo(other._values, 0);
        (other.Set, other.Defaulted) = (Set, Defaulted);
    }

    public bool Has(RequestField field) => (Set & (1UL << (int)field)) != 0;

    /// <summary>The first field of a set of bits, in the order of the enumeration.</summary>
    internal static RequestField First(ulong bits) => (RequestField)BitOperations.TrailingZeroCount(bits);
}
