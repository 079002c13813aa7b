using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>This program once more, as a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Starts it, be it run by its own executable or as a library by <c>dotnet</c>.</summary>
    public static BackgroundCommand Start(params string[] arguments) => Start([], arguments);

    /// <summary>The same behind <c>env</c>, which sets variables.</summary>
    public static BackgroundCommand Start(string[] variables, string[] arguments) =>
        BackgroundCommand.Start("env", [.. variables, .. Program, .. arguments]);

    /// <summary>What it says when it has ended, run with all its threads on <see cref="OneCore"/>.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static Task<string> RunOnOneCoreAsync(TimeSpan deadline, params string[] arguments) =>
        RunOnOneCoreAsync(deadline, [], arguments);

    /// <summary>The same with variables set.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static async Task<string> RunOnOneCoreAsync(TimeSpan deadline, string[] variables, string[] arguments)
    {
        await using var process = BackgroundCommand.Start(
            "taskset", ["--cpu-list", OneCore, "env", .. variables, .. Program, .. arguments]);
        var code = await process.WaitForExitAsync(deadline);
        return code == 0
            ? process.Output.ToString()
            : throw new InvalidOperationException($"{arguments[0]} failed:\n{process.Output}");
    }

    /// <summary>The core of everything that is measured on one: the last.</summary>
    public static string OneCore { get; } = (Environment.ProcessorCount - 1).ToString(CultureInfo.InvariantCulture);

    private static string[] Program
    {
        get
        {
            var program = Environment.ProcessPath!;
            var isOwn = Path.GetFileName(program) == typeof(OwnProcess).Assembly.GetName().Name;
            return isOwn ? [program] : [program, Environment.GetCommandLineArgs()[0]];
        }
    }
}
