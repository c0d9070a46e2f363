namespace Parley.Gateway.Configuration;

/// <summary>One side of an alias.</summary>
/// <param name="Model">A model id, another name of one, or <c>provider/model</c>.</param>
/// <param name="Weight">Its share of the traffic; 1 by default.</param>
public sealed record AliasShare(string Model, int Weight = 1);
