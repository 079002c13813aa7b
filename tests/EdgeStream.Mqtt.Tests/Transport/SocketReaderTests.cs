using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Xunit.Abstractions;

namespace EdgeStream.Mqtt.Tests;

/// <summary>What is read of a real socket that the kernel tells news of.</summary>
public sealed class SocketReaderTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Everything_that_many_peers_send_at_once_is_read_in_order_and_to_the_end()
    {
        Random random = Seed.Create(output);
        int[] seeds = [.. Enumerable.Range(0, 40).Select(_ => random.Next())];

        await Task.WhenAll(seeds.Select(async seed =>
        {
            (Socket peer, SocketConnection connection) = await ConnectAsync();
            using (peer)
            {
                byte[] sent = new byte[new Random(seed).Next(400_000)];
                new Random(seed).NextBytes(sent);
                Task sending = Task.Run(() => SendInPieces(peer, sent, new Random(seed)));

                Assert.Equal(sent, await ReadToEndAsync(connection.Transport.Input, new Random(seed)));
                await sending;
                await connection.DisposeAsync();
            }
        }));
    }

    [Fact]
    public async Task A_read_that_waits_ends_with_the_peer()
    {
        (Socket peer, SocketConnection connection) = await ConnectAsync();
        ValueTask<ReadResult> read = connection.Transport.Input.ReadAsync();
        Assert.False(read.IsCompleted);

        peer.Dispose();

        Assert.True((await read).IsCompleted);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_read_that_waits_ends_with_a_reset()
    {
        (Socket peer, SocketConnection connection) = await ConnectAsync();
        ValueTask<ReadResult> read = connection.Transport.Input.ReadAsync();

        peer.LingerState = new LingerOption(enable: true, seconds: 0);
        peer.Dispose();

        Assert.True((await read).IsCompleted);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_read_that_waits_ends_with_an_abort()
    {
        (Socket peer, SocketConnection connection) = await ConnectAsync();
        using Socket held = peer;
        ValueTask<ReadResult> read = connection.Transport.Input.ReadAsync();

        connection.Abort();

        Assert.True((await read).IsCompleted);
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_read_that_is_cancelled_leaves_what_comes_after_for_the_next()
    {
        (Socket peer, SocketConnection connection) = await ConnectAsync();
        using Socket held = peer;
        using var cancellation = new CancellationTokenSource();
        PipeReader input = connection.Transport.Input;
        ValueTask<ReadResult> read = input.ReadAsync(cancellation.Token);

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        peer.Send([1, 2, 3]);

        Assert.Equal([1, 2, 3], (await input.ReadAsync()).Buffer.ToArray());
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_socket_that_takes_the_number_of_one_that_was_closed_gets_its_own_news()
    {
        for (int round = 0; round < 200; round++)
        {
            (Socket peer, SocketConnection connection) = await ConnectAsync();
            using Socket held = peer;
            ValueTask<ReadResult> read = connection.Transport.Input.ReadAsync();
            peer.Send([(byte)round]);

            Assert.Equal((byte)round, (await read).Buffer.FirstSpan[0]);
            await connection.DisposeAsync();
        }
    }

    private static void SendInPieces(Socket peer, byte[] bytes, Random random)
    {
        for (int at = 0; at < bytes.Length;)
        {
            int size = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(2) == 0 ? 10_000 : 100_000));
            at += peer.Send(bytes.AsSpan(at, size));
        }

        peer.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Reads all, consuming some and looking at more, as a parser of packets does.</summary>
    private static async Task<byte[]> ReadToEndAsync(PipeReader input, Random random)
    {
        var read = new List<byte>();
        while (true)
        {
            ReadResult result = await input.ReadAsync();
            long take = result.IsCompleted ? result.Buffer.Length : random.NextInt64(result.Buffer.Length + 1);
            read.AddRange(result.Buffer.Slice(0, take).ToArray());
            input.AdvanceTo(result.Buffer.GetPosition(take), result.Buffer.End);
            if (result.IsCompleted)
            {
                return [.. read];
            }
        }
    }

    private async Task<(Socket Peer, SocketConnection Connection)> ConnectAsync()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listening.LocalEndPoint!);
        return (peer, new SocketConnection(await listening.AcceptAsync(), SocketPoller.Shared));
    }
}
