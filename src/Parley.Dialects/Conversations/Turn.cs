using Parley.Dialects.Json;

namespace Parley.Dialects.Conversations;

/// <summary>One message. Readers keep the boundaries of the origin; writers merge what their dialect wants merged.</summary>
/// <param name="role">Who speaks.</param>
/// <param name="index">Its place in the origin's list of messages (<c>messages[2]</c>, <c>input[2]</c>, <c>contents[2]</c>); -1 for what stands outside it.</param>
public sealed class Turn(TurnRole role, int index)
{
    public TurnRole Role => role;

    public int Index => index;

    /// <summary>What is said, in order.</summary>
    public List<ContentPart> Parts { get; } = [];

    /// <summary>The speaker's name, where the dialect has one (chat's <c>name</c>).</summary>
    public JsonString Name { get; set; }

    /// <summary>The label that Responses puts on assistant messages (<c>commentary</c>, <c>final_answer</c>); kept because models need it back.</summary>
    public JsonString Phase { get; set; }

    /// <summary>The origin's id of the message or item.</summary>
    public JsonString Id { get; set; }

    /// <summary>True for instructions of the operator's that the request does not hold: what becomes of them is no loss of the caller's.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Fields that only the origin knows; null when there are none.</summary>
    public List<VendorField>? Vendor { get; set; }
}
