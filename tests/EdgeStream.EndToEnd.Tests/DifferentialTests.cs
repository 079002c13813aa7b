using System.Globalization;
using System.Security.Cryptography;
using EdgeStream.Testing;
using Xunit.Abstractions;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>The published gateway and emulators of other makers get the same generated requests; every difference of
/// status, type, text and shape stands with its reason in <c>kinesis/differential/</c>.</summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int KinesaliteRandomCount = 1000;
    private const int KinesisLocalRandomCount = 60;

    /// <summary>Another seed may meet a difference that nobody has explained yet: EDGESTREAM_TEST_SEED looks for
    /// those.</summary>
    private const int Seed = 1;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Every_difference_to_an_emulator_is_explained_and_every_explanation_is_needed()
    {
        var kinesalite = await KinesisWorld.InstallAsync("kinesalite-3.3.3", "kinesalite@3.3.3");
        var kinesisLocal = await KinesisWorld.InstallAsync("kinesis-local-0.6.2", "kinesis-local@0.6.2");
        var seed = TestSeed.TakeOr(Seed);
        output.WriteLine(TestSeed.Describe(seed, "random requests"));
        var ports = Enumerable.Range(0, 2).Select(_ => FreePort.Next()).ToArray();
        await using var first = KinesisEmulator.StartKinesalite(kinesalite, ports[0]);
        await using var second = KinesisEmulator.StartKinesisLocal(kinesisLocal, ports[1]);
        var results = await Task.WhenAll(
            CompareAsync("kinesalite", ports[0], kinesalite, seed, KinesaliteRandomCount),
            CompareAsync("kinesis-local", ports[1], kinesalite, seed, KinesisLocalRandomCount));
        Assert.True(
            results.All(result => result.ExitCode == 0),
            TestSeed.Describe(seed, string.Join("\n\n", results.Select(result => $"{result.Output}{result.Error}"))));
        Assert.All(results, result => Assert.Contains("0 unexplained", result.Output, StringComparison.Ordinal));
    }

    /// <summary>A gateway of its own, that takes any signature, and the requests.</summary>
    private static async Task<CommandResult> CompareAsync(
        string emulator, int emulatorPort, string modules, int seed, int randomCount)
    {
        var port = FreePort.Next();
        await using var world = await GatewayWorld.StartAsync(
            emulator,
            $"""
            {QuietConfig.Text}
            storage:
              encryption:
                keys:
                  - name: test
                    environment: EDGESTREAM_KEY
            kinesis:
              enabled: true
              port: {port}
            """,
            wrapper:
            [
                "/usr/bin/env", $"EDGESTREAM_KEY={Convert.ToHexString(RandomNumberGenerator.GetBytes(32))}",
            ]);
        await KinesisEmulator.WaitForAsync(emulatorPort);
        return await Command.RunAsync(
            "node",
            [
                KinesisEmulator.Script("compare.mjs"), emulator, Number(emulatorPort), Number(port), modules,
                Number(seed), Number(randomCount),
            ],
            deadline: Deadline);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
