using Parley.Load.Measures;

namespace Parley.Load.Report;

/// <summary>
/// The figures of all rounds. A comparison is made inside a round, where both rows met the same machine; the median of these is the
/// figure.
/// </summary>
internal sealed class Figures(IReadOnlyList<Measurement> measured)
{
    public IEnumerable<string> Phases => measured.Select(measurement => measurement.Phase).Distinct();

    public bool Has(string row, string phase) => Of(row, phase).Any();

    public double Median(string row, string phase, Func<Measurement, double> figure) => Median(Of(row, phase).Select(figure));

    public double Ratio(string row, string to, string phase, Func<Measurement, double> figure) =>
        Pairs(row, to, phase, (a, b) => figure(a) / figure(b));

    /// <summary>One row in two phases of a round.</summary>
    public double Growth(string row, string from, string to, Func<Measurement, double> figure) =>
        Median(Of(row, to).Join(Of(row, from), a => a.Round, b => b.Round, (a, b) => figure(a) / figure(b)));

    public double Difference(string row, string to, string phase, Func<Measurement, double> figure) =>
        Pairs(row, to, phase, (a, b) => figure(a) - figure(b));

    public long Errors(string row, string phase) => Of(row, phase).Sum(measurement => measurement.Errors);

    /// <summary>The share of the machine that other programs took: in the median measurement, and in the worst.</summary>
    public (double Median, double Worst) Others() =>
        (Median(measured.Select(m => m.Usage.Others)), measured.Select(m => m.Usage.Others).DefaultIfEmpty(double.NaN).Max());

    /// <summary>The middle value; of an even number of values the mean of the middle two. NaN without values.</summary>
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private double Pairs(string row, string to, string phase, Func<Measurement, Measurement, double> compare) =>
        Median(Of(row, phase).Join(Of(to, phase), a => a.Round, b => b.Round, compare));

    private IEnumerable<Measurement> Of(string row, string phase) => measured.Where(m => m.Proxy == row && m.Phase == phase);
}
