using System.Diagnostics;
using System.Globalization;
using Parley.Fuzz;

// fuzz/run.sh [--seconds N] [--seed N]: feeds mutated inputs to everything that reads bytes from outside.
var seconds = Option("--seconds", 600);
var seed = Option("--seed", 20261121);
var root = Environment.GetEnvironmentVariable("PARLEY_FUZZ_CORPUS") ?? Path.Combine("tests", "Parley.Dialects.Tests", "Matrix");
var targets = Targets.All(new Corpus(root));
var random = new Random(seed);
var mutator = new Mutator(random);
using var hang = new HangWatch(TimeSpan.FromSeconds(10));

Console.WriteLine($"fuzzing {targets.Count} readers for {seconds} s, seed {seed}");
foreach (var target in targets)
{
    foreach (var one in target.Seeds) target.Run(one);
}

var growth = GrowthCheck.Run(targets);
foreach (var found in growth) Console.Error.WriteLine($"grows too fast: {found}");

var counts = new long[targets.Count];
var findings = 0;
var start = Stopwatch.GetTimestamp();
for (var turn = 0; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds && findings < 20; turn++)
{
    var index = turn % targets.Count;
    var target = targets[index];
    for (var i = 0; i < 50; i++)
    {
        var input = mutator.Mutate(target.Seeds[random.Next(target.Seeds.Count)]);
        hang.Begin(target.Name, input);
        try
        {
            target.Run(input);
        }
        catch (Exception exception)
        {
            findings++;
            Console.Error.WriteLine($"{target.Name}: {exception.GetType().Name}: {exception.Message}\n{exception.StackTrace?.Split('\n').Take(4).Aggregate((a, b) => a + "\n" + b)}\ninput (base64): {Convert.ToBase64String(input)}");
            break;
        }
        finally
        {
            hang.End();
        }

        counts[index]++;
    }
}

for (var i = 0; i < targets.Count; i++) Console.WriteLine($"{targets[i].Name,-32} {counts[i],10:N0} inputs");
Console.WriteLine($"{counts.Sum():N0} inputs, {findings} findings, {growth.Count} of growth");
return findings + growth.Count == 0 ? 0 : 1;

int Option(string name, int otherwise)
{
    var at = Array.IndexOf(args, name);
    return at < 0 || at + 1 >= args.Length ? otherwise : int.Parse(args[at + 1], CultureInfo.InvariantCulture);
}
