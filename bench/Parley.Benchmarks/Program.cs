using BenchmarkDotNet.Running;
using Parley.Benchmarks;

// dotnet run -c Release --project bench/Parley.Benchmarks -- gate        allocation limits, seconds; exits 1 on a breach
// dotnet run -c Release --project bench/Parley.Benchmarks -- --filter *  BenchmarkDotNet
if (args is ["gate", ..]) return GateRunner.Run(AllocationGates.All, Console.Out);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
