using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Mqtt.Load;

/// <summary>The load generator as a process of its own, so that its processor time is not the broker's.</summary>
internal static class LoadCommand
{
    /// <summary>The word on the command line; not for people.</summary>
    public const string Name = "mqtt-load";

    /// <summary>What the process writes when its connections stand.</summary>
    public const string Ready = "READY";

    private const string PublishScenario = "publish";
    private const string FanScenario = "fan";
    private const string IdleScenario = "idle";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Publishers with QoS 0 or 1.</summary>
    public static Task<LoadReport> PublishAsync(int port, int publishers, int qos, TimeSpan duration) =>
        RunAsync(duration, PublishScenario, port, publishers, qos);

    /// <summary>Publishers and subscribers with QoS 0.</summary>
    public static Task<LoadReport> FanAsync(int port, int publishers, int subscribers, TimeSpan duration) =>
        RunAsync(duration, FanScenario, port, publishers, subscribers);

    /// <summary>Connections that say nothing, until the process is disposed of.</summary>
    public static async Task<BackgroundCommand> IdleAsync(int port, int connections)
    {
        var process = OwnProcess.Start(Name, IdleScenario, Text(port), Text(connections));
        await process.WaitForAsync(Ready, TimeSpan.FromSeconds(120));
        return process;
    }

    /// <summary>Runs what the parent asked for.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        var port = Number(arguments[1]);
        var first = Number(arguments[2]);
        if (arguments[0] == IdleScenario)
        {
            return Idle(port, first);
        }

        var second = Number(arguments[3]);
        var duration = TimeSpan.FromMilliseconds(Number(arguments[4]));
        if (arguments[0] == PublishScenario)
        {
            using var publish = new PublishLoad(port, first, second, WarmUp, duration);
            Console.WriteLine(publish.Run());
            return 0;
        }

        using var fan = new FanLoad(port, first, second, WarmUp, duration);
        Console.WriteLine(fan.Run());
        return 0;
    }

    private static int Idle(int port, int count)
    {
        var connections = new List<LoadConnection>();
        for (var number = 0; number < count; number++)
        {
            connections.Add(LoadConnection.Connect(port, number, "idle"));
        }

        Console.WriteLine(Ready);
        Console.In.ReadToEnd();
        connections.ForEach(connection => connection.Dispose());
        return 0;
    }

    private static async Task<LoadReport> RunAsync(
        TimeSpan duration, string scenario, int port, int first, int second)
    {
        await using var process = OwnProcess.Start(
            Name, scenario, Text(port), Text(first), Text(second), Text((int)duration.TotalMilliseconds));
        var code = await process.WaitForExitAsync(TimeSpan.FromSeconds(90) + duration);
        return code == 0
            ? LoadReport.Read(process.Output.ToString())
            : throw new InvalidOperationException($"The load generator failed:\n{process.Output}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
