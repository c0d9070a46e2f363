namespace Parley.Gateway.Access;

/// <summary>Endpoint metadata: the callers that have one of these roles (or are admins) may call it.</summary>
/// <param name="roles">The roles, at least one.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class RequiresRoleAttribute(params KeyRole[] roles) : Attribute
{
    /// <summary>The roles.</summary>
    public IReadOnlyList<KeyRole> Roles => roles;

    /// <summary>True when the caller has one of them, or is an admin.</summary>
    public bool Admits(Caller caller)
    {
        foreach (var role in roles)
        {
            if (caller.Has(role)) return true;
        }

        return false;
    }
}
