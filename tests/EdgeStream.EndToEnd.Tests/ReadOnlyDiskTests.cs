using System.Net;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A file system that goes read-only under the gateway, as ext4 does after an error of its device.</summary>
/// <remarks>An ext4 on a loop device, told by its own switch for tests that it has met an error; needs root.</remarks>
public sealed class ReadOnlyDiskTests
{
    private const int ImageMiB = 384;
    private const int RecordCount = 50;
    private const int RefusalsMax = 1000;

    [Fact]
    public async Task Nothing_is_acknowledged_past_a_read_only_remount_and_all_that_was_is_there_after_a_repair()
    {
        using var folder = new TemporaryFolder("read-only");
        var disk = folder.MakeFolder("disk");
        var image = folder.Combine("image");
        using (var file = File.Create(image))
        {
            file.SetLength((long)ImageMiB << 20);
        }

        await RunAsync("/usr/sbin/mkfs.ext4", "-q", "-F", image);
        await RunAsync("/usr/bin/mount", "-o", "loop,errors=remount-ro", image, disk);
        try
        {
            var launch = new GatewayLaunch
            {
                DataFolder = Path.Combine(disk, "data"),
                ConfigFile = folder.Write("edgestream.yaml", QuietConfig.SmallStreams),
            };
            int acknowledged;
            await using (var gateway = await GatewayProcess.StartReadyAsync(launch))
            {
                acknowledged = await PublishUntilRefusedAsync(gateway, disk);
                Assert.False(gateway.HasExited);
                using var health = await gateway.Api.GetAsync("/health");
                Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
                Assert.True((await gateway.Api.ReadAllAsync("readings")).Count >= RecordCount);
                gateway.Kill9();
            }

            await RunAsync("/usr/bin/umount", disk);
            _ = await Command.RunAsync("/usr/sbin/e2fsck", ["-f", "-y", image]);
            await RunAsync("/usr/bin/mount", "-o", "loop", image, disk);
            await using var again = await GatewayProcess.StartReadyAsync(launch);
            Assert.True((await again.Api.ReadAllAsync("readings")).Count >= acknowledged);
        }
        finally
        {
            _ = await Command.RunAsync("/usr/bin/umount", ["--lazy", disk]);
        }
    }

    /// <summary>Publishes, breaks the file system, publishes on until the gateway refuses; returns how many it
    /// acknowledged.</summary>
    private static async Task<int> PublishUntilRefusedAsync(GatewayProcess gateway, string disk)
    {
        var acknowledged = 0;
        for (; acknowledged < RecordCount; acknowledged++)
        {
            Assert.Equal(HttpStatusCode.OK, await PublishAsync(gateway));
        }

        var device = File.ReadLines("/proc/mounts").Select(line => line.Split(' ')).Last(parts => parts[1] == disk)[0];
        await File.WriteAllTextAsync($"/sys/fs/ext4/{Path.GetFileName(device)}/trigger_fs_error", "test");
        for (var attempt = 0; attempt < RefusalsMax; attempt++)
        {
            if (await PublishAsync(gateway) != HttpStatusCode.OK)
            {
                return acknowledged;
            }

            acknowledged++;
        }

        throw new InvalidOperationException($"{RefusalsMax} records were acknowledged by a read-only disk.");
    }

    private static async Task<HttpStatusCode> PublishAsync(GatewayProcess gateway) =>
        (await gateway.Api.PostAsync("/api/streams/readings/records", """{"key":"pump","data":{"value":1}}""")).Status;

    private static async Task RunAsync(string program, params string[] arguments) =>
        (await Command.RunAsync(program, arguments)).OrThrow();
}
