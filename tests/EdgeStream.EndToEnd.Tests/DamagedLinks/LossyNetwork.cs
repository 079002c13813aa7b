using System.Globalization;
using System.Text.RegularExpressions;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>A far network namespace that this machine reaches through a router which loses packets at random, in both
/// directions; in the far one a port that leads back to a port of 127.0.0.1.</summary>
/// <remarks>
/// <para>The kernel's TCP is at both ends of the loss: of the gateway's connections, and of a relay at the far end that
/// hands their bytes back over a Unix socket, which knows no namespaces. Packets have at most one segment, so that what
/// is lost is a packet as a cable has them.</para>
/// <para>Needs root with the right to make network namespaces, iproute2, nftables and socat. Nothing outside of the
/// namespaces changes but an interface and a route, which go with them.</para>
/// </remarks>
internal sealed partial class LossyNetwork : IAsyncDisposable
{
    private const int Port = 8443;
    private const string Socat = "/usr/bin/socat";

    private readonly TemporaryFolder _folder = new("lossy-network");
    private readonly List<BackgroundCommand> _relays = [];
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"es{Environment.ProcessId}");

    /// <summary>Of the addresses for benchmarks (RFC 2544), which no network routes.</summary>
    private readonly string _net = string.Create(CultureInfo.InvariantCulture, $"198.18.{Environment.ProcessId % 256}");

    private LossyNetwork()
    {
    }

    /// <summary>The far end.</summary>
    public string Host => $"{_net}.6";

    /// <summary>Where to connect.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private string Router => _name + "r";

    private string Far => _name + "f";

    /// <summary>Makes the namespaces and the cables.</summary>
    /// <param name="lossPercent">How many of a hundred packets are lost in each direction.</param>
    /// <exception cref="InvalidOperationException">The machine does not let it; the message says why.</exception>
    public static async Task<LossyNetwork> StartAsync(int lossPercent)
    {
        var network = new LossyNetwork();
        try
        {
            await RunAsync(network.Script(lossPercent));
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets the far port lead to a port of 127.0.0.1.</summary>
    public async Task ReachAsync(int port)
    {
        var door = _folder.Combine("door");
        _relays.Add(BackgroundCommand.Start(
            Socat, $"UNIX-LISTEN:{door},fork", string.Create(CultureInfo.InvariantCulture, $"TCP:127.0.0.1:{port}")));
        await Poll.UntilAsync(() => File.Exists(door), state: () => $"{_relays[0].Output}");
        _relays.Add(BackgroundCommand.Start(
            "/usr/bin/env",
            "ip", "netns", "exec", Far, Socat,
            string.Create(CultureInfo.InvariantCulture, $"TCP-LISTEN:{Port},fork,reuseaddr"), $"UNIX-CONNECT:{door}"));
        await Poll.UntilAsync(
            async () => (await RunAsync($"ip netns exec {Far} cat /proc/net/tcp")).Contains(
                $":{Port:X4} 00000000:0000 0A", StringComparison.Ordinal),
            state: () => $"{_relays[1].Output}");
    }

    /// <summary>How many packets came to the router and how many of them it has lost, of those to the far end and of
    /// those back.</summary>
    public async Task<(long Out, long LostOut, long Back, long LostBack)> CountAsync()
    {
        var counts = PacketCount().Matches(await RunAsync($"ip netns exec {Router} nft list table ip cable"))
            .Select(match => long.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))
            .ToArray();
        return (counts[0], counts[1], counts[2], counts[3]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }

        // What was not made is not there to be removed.
        await Command.RunAsync(
            "/bin/sh", ["-c", $"ip link del {_name}; ip netns del {Router}; ip netns del {Far}"]);

        _folder.Dispose();
    }

    private string Script(int lossPercent) => $$"""
        set -eu
        ip netns add {{Router}}
        ip netns add {{Far}}
        ip link add name {{_name}} type veth peer name near netns {{Router}}
        ip link set {{_name}} gso_max_segs 1
        ip -n {{Router}} link add name far type veth peer name cable netns {{Far}}
        ip -n {{Far}} link set cable gso_max_segs 1
        ip addr add {{_net}}.1/30 dev {{_name}}
        ip link set {{_name}} up
        ip -n {{Router}} addr add {{_net}}.2/30 dev near
        ip -n {{Router}} link set near up
        ip -n {{Router}} addr add {{_net}}.5/30 dev far
        ip -n {{Router}} link set far up
        ip -n {{Far}} addr add {{_net}}.6/30 dev cable
        ip -n {{Far}} link set cable up
        ip -n {{Far}} link set lo up
        ip -n {{Far}} route add default via {{_net}}.5
        ip route add {{_net}}.4/30 via {{_net}}.2
        ip netns exec {{Router}} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
        ip netns exec {{Router}} nft -f - <<'RULES'
        table ip cable {
          chain forward {
            type filter hook forward priority 0; policy accept;
            ip daddr {{_net}}.6 counter
            ip daddr {{_net}}.6 numgen random mod 100 < {{lossPercent}} counter drop
            ip saddr {{_net}}.6 counter
            ip saddr {{_net}}.6 numgen random mod 100 < {{lossPercent}} counter drop
          }
        }
        RULES
        """;

    private static async Task<string> RunAsync(string script)
    {
        var result = await Command.RunAsync("/bin/sh", ["-c", script]);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException(
            "There is no network that loses packets. It takes root with the right to make network namespaces, Debian's "
                + $"packages iproute2, nftables and socat, and nf_tables in the kernel: {result.Error}");
    }

    [GeneratedRegex(@"counter packets (\d+)")]
    private static partial Regex PacketCount();
}
