using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Measuring;

/// <summary>This program once more, as a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Starts it, be it run by its own executable or as a library by <c>dotnet</c>.</summary>
    public static BackgroundCommand Start(params string[] arguments) => Start([], arguments);

    /// <summary>The same behind <c>env</c>, which sets variables.</summary>
    public static BackgroundCommand Start(string[] variables, string[] arguments)
    {
        var program = Environment.ProcessPath!;
        var isOwn = Path.GetFileName(program) == typeof(OwnProcess).Assembly.GetName().Name;
        string[] command = isOwn ? [program] : [program, Environment.GetCommandLineArgs()[0]];
        return BackgroundCommand.Start("env", [.. variables, .. command, .. arguments]);
    }
}
