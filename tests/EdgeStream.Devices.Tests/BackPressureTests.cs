using System.Globalization;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace EdgeStream.Devices.Tests;

public class BackPressureTests(ITestOutputHelper output)
{
    private const string Filling = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task While_the_disk_stands_still_messages_wait_and_then_follow_in_order()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(new RouteDefinition { Topic = "#" });
        folder.Disk.CloseGate();
        var tickets = new List<IngestTicket>();
        while (pipeline.Statistics.WaitingMessages < 100)
        {
            tickets.Add(Send(pipeline, "a", tickets.Count));
            Assert.Equal(IngestOutcome.Accepted, tickets[^1].Outcome);
        }

        Assert.False(tickets[^1].Acknowledged.IsCompleted);
        folder.Disk.OpenGate();
        foreach (var ticket in tickets)
        {
            Assert.Equal(IngestOutcome.Accepted, await ticket.CompleteAsync());
        }

        Assert.Equal(Enumerable.Range(0, tickets.Count), Numbers(folder.Read("readings"), "a"));
        Assert.Equal(0, pipeline.Statistics.WaitingMessages);
        Assert.Contains(folder.Logger.Lines, line => line.StartsWith("2020", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_waits_stays_in_front_when_the_routes_change()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(new RouteDefinition { Topic = "#" });
        folder.Disk.CloseGate();
        var tickets = new List<IngestTicket>();
        while (pipeline.Statistics.WaitingMessages < 10)
        {
            tickets.Add(Send(pipeline, "a", tickets.Count));
        }

        var next = pipeline.WithRouter(new Router([new RouteDefinition { Topic = "a" }]));
        tickets.Add(Send(next, "a", tickets.Count));
        Assert.Equal(11, next.Statistics.WaitingMessages);
        folder.Disk.OpenGate();
        foreach (var ticket in tickets)
        {
            Assert.Equal(IngestOutcome.Accepted, await ticket.CompleteAsync());
        }

        Assert.Equal(Enumerable.Range(0, tickets.Count), Numbers(folder.Read("readings"), "a"));
        Assert.Equal(tickets.Count, next.Statistics.AcceptedMessages);
    }

    [Fact]
    public async Task Each_senders_order_holds_over_small_segments_and_a_disk_that_stalls_at_random()
    {
        const int SenderCount = 4;
        const int MessagesPerSender = 4_000;
        var random = TestSeed.Create(output.WriteLine);
        await using var folder = await StreamFolder.OpenAsync(segmentSizeBytes: 64 << 10);
        await using var pipeline = folder.Pipeline(new RouteDefinition { Topic = "#" });
        var stallAt = Enumerable.Range(0, 20).Select(_ => random.Next(MessagesPerSender)).ToHashSet();
        var senders = Enumerable.Range(0, SenderCount).Select(sender => Task.Run(async () =>
        {
            var tickets = new List<IngestTicket>();
            for (var i = 0; i < MessagesPerSender; i++)
            {
                if (sender == 0 && stallAt.Contains(i))
                {
                    folder.Disk.CloseGate();
                }

                var ticket = Send(pipeline, $"sender/{sender}", i);
                tickets.Add(ticket);
                if (i % 500 == 499)
                {
                    // As a network connection does with a bounded number of messages in flight.
                    folder.Disk.OpenGate();
                    await ticket.CompleteAsync();
                }
            }

            foreach (var ticket in tickets)
            {
                Assert.Equal(IngestOutcome.Accepted, await ticket.CompleteAsync());
            }
        }));
        await Task.WhenAll(senders);
        var records = folder.Read("readings");
        for (var sender = 0; sender < SenderCount; sender++)
        {
            Assert.Equal(Enumerable.Range(0, MessagesPerSender), Numbers(records, $"sender/{sender}"));
        }

        Assert.Contains(folder.Logger.Lines, line => line.StartsWith("2020", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_the_waiting_room_is_full_messages_are_refused_and_the_others_keep_their_order()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var lane = new StreamLane(folder.Stream("readings"), NullLogger.Instance, waitingRecordsMax: 10);
        folder.Disk.CloseGate();
        var accepted = new List<(int Number, LaneReceipt Receipt)>();
        var refused = 0;
        for (var i = 0; refused < 5; i++)
        {
            var data = Encoding.UTF8.GetBytes(Payload(i));
            if (lane.Append("a"u8, data, eventTime: null, mayWait: true, out var receipt) == AppendStatus.Accepted)
            {
                accepted.Add((i, receipt));
            }
            else
            {
                refused++;
                var refusal = await Assert.ThrowsAsync<StreamException>(() => receipt.Later!);
                Assert.Equal(AppendStatus.Busy, refusal.Status);
            }
        }

        Assert.Equal(10, lane.WaitingRecords);
        folder.Disk.OpenGate();
        await accepted[^1].Receipt.Later!;
        await lane.StopAsync();
        Assert.Equal(accepted.Select(entry => entry.Number), Numbers(folder.Read("readings"), "a"));
    }

    [Fact]
    public async Task A_sender_that_can_be_held_back_is_told_when_to_try_again_and_loses_no_message()
    {
        await using var folder = await StreamFolder.OpenAsync();
        await using var pipeline = folder.Pipeline(new RouteDefinition { Topic = "#" });
        folder.Disk.CloseGate();
        var number = 0;
        IngestTicket busy;
        while ((busy = Offer(number)).Outcome == IngestOutcome.Accepted)
        {
            number++;
        }

        Assert.Equal(IngestOutcome.Busy, busy.Outcome);
        Assert.False(busy.Acknowledged.IsCompleted);
        Assert.Equal(0, pipeline.Statistics.WaitingMessages);
        Assert.Equal(0, pipeline.Statistics.RefusedMessages);
        folder.Disk.OpenGate();
        IngestTicket again;
        do
        {
            await busy.Acknowledged;
            busy = again = Offer(number);
        }
        while (again.Outcome == IngestOutcome.Busy);

        Assert.Equal(IngestOutcome.Accepted, await again.CompleteAsync());
        Assert.Equal(Enumerable.Range(0, number + 1), Numbers(folder.Read("readings"), "a"));

        IngestTicket Offer(int message) => pipeline.Ingest(
            DeviceSource.Mqtt, "c", "a"u8, Encoding.UTF8.GetBytes(Payload(message)), mayWait: false);
    }

    [Fact]
    public async Task At_the_end_whoever_still_waits_is_told()
    {
        await using var folder = await StreamFolder.OpenAsync();
        var pipeline = folder.Pipeline(new RouteDefinition { Topic = "#" });
        folder.Disk.CloseGate();
        IngestTicket last = default;
        for (var i = 0; pipeline.Statistics.WaitingMessages < 3; i++)
        {
            last = Send(pipeline, "a", i);
        }

        await pipeline.DisposeAsync();
        Assert.Equal(IngestOutcome.Busy, await last.CompleteAsync());
        Assert.Equal(0, pipeline.Statistics.WaitingMessages);
    }

    private static IngestTicket Send(IngestPipeline pipeline, string topic, int number) =>
        pipeline.Ingest(DeviceSource.Mqtt, "c", Encoding.UTF8.GetBytes(topic), Encoding.UTF8.GetBytes(Payload(number)));

    private static string Payload(int number) => $"{{\"n\":{number},\"filling\":\"{Filling}\"}}";

    private static List<int> Numbers(List<StreamFolder.StoredRecord> records, string key) =>
        [.. records.Where(record => record.Key == key)
            .Select(record => int.Parse(record.Data[5..record.Data.IndexOf(',')], CultureInfo.InvariantCulture))];
}
