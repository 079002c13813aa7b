using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary><c>edgestream log …</c> on what a killed gateway has left.</summary>
public sealed class LogToolTests
{
    /// <summary>EX_DATAERR of sysexits.h.</summary>
    private const int DamagedExitCode = 65;

    private const int MessageCount = 40;

    [Fact]
    public async Task A_killed_gateways_log_is_verified_damaged_repaired_and_exported()
    {
        await using var world = await GatewayWorld.StartAsync("log-tools");
        for (var i = 0; i < MessageCount; i += 2)
        {
            (await world.PublishAsync("site/kitchen", $$"""{"number":{{i}}}""")).OrThrow();
            await world.Api.PublishAsync("readings", "site/cellar", $$"""{"number":{{i + 1}}}""");
        }

        var live = await VerifyAsync(world, 0);
        Assert.True(live.GetProperty("live").GetBoolean());
        var planned = await RunAsync(world, "repair");
        Assert.True(planned.ExitCode == 0, planned.Output + planned.Error);
        Assert.StartsWith("A gateway is running here", planned.Output, StringComparison.Ordinal);
        world.Gateway.Kill9();
        var killed = await VerifyAsync(world, 0);
        Assert.False(killed.GetProperty("live").GetBoolean());
        Assert.Equal(0, killed.GetProperty("lostRecords").GetInt64());
        Assert.Equal(Enumerable.Range(0, MessageCount), await ExportAsync(world, 0));

        FlipOneByteOfABaseEntry(world);
        var damaged = await VerifyAsync(world, DamagedExitCode);
        Assert.Equal(0, damaged.GetProperty("lostRecords").GetInt64());
        Assert.Equal(Enumerable.Range(0, MessageCount), await ExportAsync(world, 0));
        Assert.Equal(DamagedExitCode, (await RunAsync(world, "repair")).ExitCode);
        await VerifyAsync(world, DamagedExitCode);

        var repaired = await RunAsync(world, "repair", "--apply");
        Assert.True(repaired.ExitCode == 0, repaired.Output + repaired.Error);
        await VerifyAsync(world, 0);
        Assert.Equal(Enumerable.Range(0, MessageCount), await ExportAsync(world, 0));

        Flip(world, "\"number\":17}"u8);
        var lost = await VerifyAsync(world, DamagedExitCode);
        Assert.Equal(1, lost.GetProperty("lostRecords").GetInt64());
        Assert.Equal(
            Enumerable.Range(0, MessageCount).Where(number => number != 17),
            await ExportAsync(world, DamagedExitCode));

        await world.StartAgainAsync();
        Assert.Equal(MessageCount - 1, (await world.RecordsAsync("readings", MessageCount - 1)).Count);
        Assert.Contains("stop it first", (await RunAsync(world, "repair", "--apply")).Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> VerifyAsync(GatewayWorld world, int exitCode)
    {
        var result = await RunAsync(world, "verify", "--json");
        Assert.True(result.ExitCode == exitCode, result.Output + result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static async Task<List<int>> ExportAsync(GatewayWorld world, int exitCode)
    {
        var result = await RunAsync(world, "export", "--stream", "readings");
        Assert.True(result.ExitCode == exitCode, result.Output + result.Error);
        return
        [
            .. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
                JsonDocument.Parse(line).RootElement.GetProperty("data").GetProperty("number").GetInt32()),
        ];
    }

    /// <summary>In the frame of a message in the middle; a base entry begins with its 37 bytes and a 1.</summary>
    private static void FlipOneByteOfABaseEntry(GatewayWorld world)
    {
        var (path, bytes, at) = Find(world, "\"number\":20}"u8);
        var start = bytes.AsSpan(0, at).LastIndexOf("\x25\x01"u8);
        bytes[start + 12] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    private static void Flip(GatewayWorld world, ReadOnlySpan<byte> text)
    {
        var (path, bytes, at) = Find(world, text);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static (string Path, byte[] Bytes, int At) Find(GatewayWorld world, ReadOnlySpan<byte> text)
    {
        var folder = System.IO.Path.Combine(world.DataFolder, "streams", "readings");
        foreach (var path in Directory.GetFiles(folder, "*.log", SearchOption.AllDirectories))
        {
            var bytes = File.ReadAllBytes(path);
            var at = bytes.AsSpan().IndexOf(text);
            if (at >= 0)
            {
                return (path, bytes, at);
            }
        }

        throw new InvalidOperationException($"'{Encoding.UTF8.GetString(text)}' is in no segment.");
    }

    private static Task<CommandResult> RunAsync(GatewayWorld world, string command, params string[] arguments) =>
        Command.RunAsync(NativeBinary.Path, ["log", command, world.DataFolder, .. arguments]);
}
