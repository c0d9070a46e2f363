using BenchmarkDotNet.Running;
using Parley.Benchmarks;

// dotnet run -c Release --project bench/Parley.Benchmarks -- gate        allocation limits, seconds; exits 1 on a breach
// dotnet run -c Release --project bench/Parley.Benchmarks -- --filter *  BenchmarkDotNet
// A word after `gate` leaves only the rows whose name has it.
if (args is ["gate", .. var words])
{
    var gates = AllocationGates.All.Where(gate => words.All(word => gate.Name.Contains(word, StringComparison.Ordinal)));
    return GateRunner.Run(gates, Console.Out);
}

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
