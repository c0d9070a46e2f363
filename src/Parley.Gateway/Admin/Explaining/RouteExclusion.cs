namespace Parley.Gateway.Admin.Explaining;

/// <summary>A target of the model that this request does not go to.</summary>
/// <param name="Id">The target.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record RouteExclusion(string Id, string Reason);
