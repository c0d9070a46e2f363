namespace Parley.Gateway.Access;

/// <summary>Endpoint metadata: the callers that have this role (or are admins) may call it.</summary>
/// <param name="role">The role.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
internal sealed class RequiresRoleAttribute(KeyRole role) : Attribute
{
    /// <summary>The role.</summary>
    public KeyRole Role => role;
}
