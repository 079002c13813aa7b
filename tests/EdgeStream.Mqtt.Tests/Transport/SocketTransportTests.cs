using System.Net;
using System.Net.Sockets;
using System.Text;
using EdgeStream.Testing;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Mqtt.Tests;

/// <summary>The sockets as a web server has them.</summary>
public class SocketTransportTests
{
    [Fact]
    public async Task What_comes_in_is_served_by_a_thread_of_the_sockets()
    {
        await using Pair pair = await Pair.OpenAsync();
        Task<(string Text, bool IsOfPool)> reading = ReadAsync(pair.Server);
        await pair.Client.SendAsync("GET"u8.ToArray());
        Assert.Equal(("GET", false), await reading);
    }

    [Fact]
    public async Task What_goes_on_elsewhere_goes_on_at_once_only_in_the_thread_pool()
    {
        await using Pair pair = await Pair.OpenAsync();
        Assert.Equal((true, true), await HandOnFrom(isPool: true));
        Assert.Equal((false, false), await HandOnFrom(isPool: false));
    }

    [Fact]
    public async Task A_client_that_leaves_closes_the_connection_even_while_nobody_reads()
    {
        await using Pair pair = await Pair.OpenAsync();
        var closed = new TaskCompletionSource();
        using CancellationTokenRegistration registration = pair.Server.ConnectionClosed.Register(closed.SetResult);
        await pair.Client.SendAsync("GET"u8.ToArray());
        Assert.False(closed.Task.IsCompleted);
        pair.Client.Dispose();
        await closed.Task.WaitAsync(Poll.DefaultDeadline);
    }

    [Fact]
    public async Task A_connection_that_is_aborted_is_closed()
    {
        await using Pair pair = await Pair.OpenAsync();
        var closed = new TaskCompletionSource();
        using CancellationTokenRegistration registration = pair.Server.ConnectionClosed.Register(closed.SetResult);
        pair.Server.Abort();
        await closed.Task.WaitAsync(Poll.DefaultDeadline);
        Assert.Equal(0, await pair.Client.ReceiveAsync(new byte[1]));
    }

    [Fact]
    public async Task A_read_that_is_given_up_leaves_the_next_one_what_comes()
    {
        await using Pair pair = await Pair.OpenAsync();
        var reading = pair.Server.Transport.Input.ReadAsync();
        pair.Server.Transport.Input.CancelPendingRead();
        var given = await reading.AsTask().WaitAsync(Poll.DefaultDeadline);
        Assert.True(given.IsCanceled);
        pair.Server.Transport.Input.AdvanceTo(given.Buffer.End);

        await pair.Client.SendAsync("GET"u8.ToArray());
        Assert.Equal("GET", (await ReadAsync(pair.Server)).Text);
    }

    [Fact]
    public async Task A_port_that_somebody_has_is_told_as_such()
    {
        var transport = new SocketTransport((_, _) => { });
        IConnectionListener listener = await transport.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await Assert.ThrowsAsync<AddressInUseException>(() => transport.BindAsync(listener.EndPoint).AsTask());
        await listener.DisposeAsync();
        await (await transport.BindAsync(listener.EndPoint)).DisposeAsync();
    }

    [Fact]
    public async Task A_port_that_is_closed_gives_no_more_connections()
    {
        IConnectionListener listener =
            await new SocketTransport((_, _) => { }).BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        ValueTask<ConnectionContext?> accepting = listener.AcceptAsync();
        await listener.UnbindAsync();
        Assert.Null(await accepting.AsTask().WaitAsync(Poll.DefaultDeadline));
    }

    private static async Task<(string Text, bool IsOfPool)> ReadAsync(ConnectionContext connection)
    {
        var read = await connection.Transport.Input.ReadAsync().ConfigureAwait(false);
        bool isOfPool = Thread.CurrentThread.IsThreadPoolThread;
        string text = Encoding.ASCII.GetString(read.Buffer);
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        return (text, isOfPool);
    }

    /// <summary>Hands something on, and tells whether it was done on the spot and whether in the thread pool.</summary>
    private static async Task<(bool IsAtOnce, bool IsOfPool)> HandOnFrom(bool isPool)
    {
        var done = new TaskCompletionSource<(bool, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Begin()
        {
            int thread = Environment.CurrentManagedThreadId;
            SocketTransport.HandOn(() => done.SetResult(
                (Environment.CurrentManagedThreadId == thread, Thread.CurrentThread.IsThreadPoolThread)));
        }

        if (isPool)
        {
            await Task.Run(Begin);
        }
        else
        {
            new Thread(Begin).Start();
        }

        return await done.Task.WaitAsync(Poll.DefaultDeadline);
    }

    private sealed record Pair(IConnectionListener Listener, Socket Client, ConnectionContext Server)
        : IAsyncDisposable
    {
        public static async Task<Pair> OpenAsync()
        {
            IConnectionListener listener =
                await new SocketTransport((_, _) => { }).BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.EndPoint);
            return new Pair(listener, client, (await listener.AcceptAsync())!);
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await Server.DisposeAsync();
            await Listener.DisposeAsync();
        }
    }
}
