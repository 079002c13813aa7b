using EdgeStream.Delivery;
using EdgeStream.Gateway.Composition;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Gateway.Tests.Composition;

public sealed class DeliveryFrontTests
{
    [Fact]
    public async Task A_destination_that_does_not_answer_holds_up_no_other_change()
    {
        using var folder = new TemporaryFolder("front");
        var time = new ManualTimeProvider();
        await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Combine("data") }, time);
        var stream = await store.CreateOrUpdateAsync(new StreamDefinition { Name = "s" });
        await stream.AppendAsync("k"u8.ToArray(), "1"u8.ToArray());
        await using var front = new DeliveryFront(store, time, NullLoggerFactory.Instance);
        var silent = new ServerOptions();
        var quick = new ServerOptions();
        quick.Answer.SetResult();
        await front.RunAsync(Definition("slow", silent, DeliveryOrigin.Api));
        await silent.Asked.Task;

        var restart = front.RunAsync(Definition("slow", silent, DeliveryOrigin.Api));
        await front.RunAsync(Definition("other", quick, DeliveryOrigin.Api));
        await front.FlushAsync("firehose:other", CancellationToken.None);
        await front.UseAsync([Definition("configured", quick, default)]);
        await front.StopAsync("firehose:other");
        Assert.False(restart.IsCompleted);
        Assert.False(front.IsRunning("firehose:other"));

        await Poll.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return restart.IsCompleted;
        });
        await restart;
        Assert.True(front.IsRunning("firehose:slow"));
        silent.Answer.SetResult();
        await front.FlushAsync("firehose:slow", CancellationToken.None);
    }

    private static DeliveryDefinition Definition(string name, DestinationOptions server, DeliveryOrigin origin) => new()
    {
        Name = name, Stream = "s", Destination = server, BufferSeconds = 0, Origin = origin,
    };

    /// <summary>Takes everything once it may answer.</summary>
    private sealed record ServerOptions : DestinationOptions
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string Kind => "test";

        public override string Target => "memory";

        public override IReadOnlyList<DefinitionError> Validate() => [];

        public override IDestination Open(
            string deliveryName, WireMeter wire, TimeProvider timeProvider, ILogger logger) =>
            new Server(this);
    }

    private sealed class Server(ServerOptions options) : IDestination
    {
        public long RemovedObjects => 0;

        public async ValueTask<SendResult> SendAsync(DeliveryObject item, CancellationToken cancellationToken)
        {
            options.Asked.TrySetResult();
            await options.Answer.Task.WaitAsync(cancellationToken);
            return SendResult.Accepted;
        }

        public ValueTask<SendResult> FindAsync(string objectName, CancellationToken cancellationToken) =>
            ValueTask.FromResult(SendResult.Absent);

        public void Dispose()
        {
        }
    }
}
