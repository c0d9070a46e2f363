namespace Parley.Load.Report;

/// <summary>A figure that Parley must reach; <c>Measured</c> is NaN when there is none.</summary>
internal sealed record Requirement(string What, double Limit, double Measured, string Unit, bool Valid)
{
    public string Verdict => double.IsNaN(Measured) ? "not measured"
        : !Valid ? "errors: no valid figure"
        : Measured <= Limit ? "met" : "**not met**";
}
