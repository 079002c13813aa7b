using EdgeStream.Gateway.Cli;

return await CommandTree.InvokeAsync(args, CommandOutput.OfProcess());
