using System.Globalization;
using Parley.Load.Proxies;

namespace Parley.Load;

/// <summary>What the command line asks for.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        bench/load/run.sh [--rounds N] [--seconds N] [--only plain|streams|storm] [--without nginx,floor,parley] [--quick] [--out FILE]
                          [--serve] [--self-test]

          --rounds N     how often everything is measured; figures are medians (3)
          --seconds N    length of one plain measurement (4)
          --only KIND    plain requests, streams, or streams while users sign in (storm); prints, writes nothing
          --without ROW  leaves rows out
          --quick        one short round for CI: prints, writes nothing, fails on errors and never on timings
          --out FILE     the document to write the tables to (docs/benchmarks.md)
          --serve        starts upstream and rows, prints their addresses and waits: for wrk, strace or a profiler
          --self-test    checks the generator's own parts and ends
        """;

    public int Rounds { get; init; } = 3;

    public double Seconds { get; init; } = 4;

    public bool Plain { get; init; } = true;

    public bool Streams { get; init; } = true;

    /// <summary>Streams while users sign in.</summary>
    public bool Storm { get; init; } = true;

    public IReadOnlySet<string> Without { get; init; } = new HashSet<string>();

    public bool Quick { get; init; }

    public bool Serve { get; init; }

    public string Out { get; init; } = Path.Combine("docs", "benchmarks.md");

    /// <summary>The document is written by a run that measured everything the tables have a place for.</summary>
    public bool Writes => !Quick && Plain && Streams && Storm;

    public int StreamCount => Quick ? 100 : 1000;

    public int StreamEvents => Quick ? 10 : 50;

    public bool Has(string row) => !Without.Contains(row);

    /// <exception cref="ArgumentException">An unknown option, a missing or a senseless value.</exception>
    public static LoadOptions Parse(string[] args)
    {
        var options = new LoadOptions();
        if (args.Contains("--quick"))
            options = options with { Quick = true, Rounds = 1, Seconds = 2 };
        for (var i = 0; i < args.Length; i++)
            options = args[i] switch
            {
                "--quick" => options,
                "--rounds" => options with { Rounds = (int)Number(args, ++i, 1, 20) },
                "--seconds" => options with { Seconds = Number(args, ++i, 0.5, 60) },
                "--serve" => options with { Serve = true },
                "--out" => options with { Out = Value(args, ++i) },
                "--without" => options with { Without = Value(args, ++i).Split(',').Select(Row).ToHashSet() },
                "--only" => Value(args, ++i) switch
                {
                    "plain" => options with { Streams = false, Storm = false },
                    "streams" => options with { Plain = false, Storm = false },
                    "storm" => options with { Plain = false, Streams = false },
                    var other => throw new ArgumentException($"--only takes plain, streams or storm, not {other}"),
                },
                var other => throw new ArgumentException($"unknown option {other}"),
            };
        return options;
    }

    private static string Row(string name) => name is RowNames.Nginx or RowNames.Floor or RowNames.Parley
        ? name
        : throw new ArgumentException($"--without takes {RowNames.Nginx}, {RowNames.Floor} and {RowNames.Parley}, not {name}");

    private static string Value(string[] args, int at) =>
        at < args.Length ? args[at] : throw new ArgumentException($"{args[^1]} needs a value");

    private static double Number(string[] args, int at, double least, double most) =>
        double.TryParse(Value(args, at), CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{args[at - 1]} takes a number from {least} to {most}");
}
