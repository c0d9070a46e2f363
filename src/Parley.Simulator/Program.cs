using Parley.Simulator;

return await SimulatorCommand.RunAsync(args, Console.Out, Console.Error).ConfigureAwait(false);
