namespace Parley.Gateway.Access;

/// <summary>What a key may do. <see cref="Admin"/> may do everything; the others exactly their own part.</summary>
public enum KeyRole
{
    /// <summary>Everything, the admin API included.</summary>
    Admin,

    /// <summary>Calls models.</summary>
    Inference,

    /// <summary>Creates, changes, deletes and validates users.</summary>
    Users,

    /// <summary>Validates users.</summary>
    Validate,

    /// <summary>Reads <c>/metrics</c>.</summary>
    Metrics,
}
