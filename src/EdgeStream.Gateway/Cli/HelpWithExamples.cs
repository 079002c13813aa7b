using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace EdgeStream.Gateway.Cli;

/// <summary>The usual help, and below it command lines to copy.</summary>
internal sealed class HelpWithExamples(HelpAction inner, IReadOnlyList<string> examples) : SynchronousCommandLineAction
{
    /// <summary>Help is given whatever else is wrong with the line.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        output.WriteLine("Exit codes: 0 ok, 1 unhealthy, 64 usage, 65 damaged data, 69 unavailable, 70 a bug, "
            + "74 input or output, 78 configuration.");
        return ExitCode.Ok;
    }
}
