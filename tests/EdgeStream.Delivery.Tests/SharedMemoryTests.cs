namespace EdgeStream.Delivery.Tests;

/// <summary>Batches of several deliveries hold no more memory than they may together.</summary>
public class SharedMemoryTests
{
    private const int SizeBytesMax = 256 << 10;
    private const int FirstBlockBytes = 64 << 10;
    private const int LineBytesMax = 17 << 10;
    private const int Records = 100;

    [Fact]
    public async Task While_one_delivery_holds_it_all_the_others_send_smaller_objects()
    {
        await using var stage = await DeliveryStage.OpenAsync(definition => definition with
        {
            BufferBytes = 8 << 20, Compression = CompressionKind.None,
        });
        await stage.AppendManyAsync(Records, padding: 16 << 10);
        var memory = new DeliveryMemory(SizeBytesMax);
        long held = 0;
        stage.Destination.Answer = item =>
        {
            held = item.Content.Length;
            return SendResult.Retryable("away");
        };
        await using (var waiting = Engine(stage, stage.Definition, memory))
        {
            await waiting.StartAsync();
            await stage.AdvanceUntilAsync(() => held > 0, waiting);
            Assert.InRange(held, SizeBytesMax, SizeBytesMax + FirstBlockBytes + LineBytesMax);
            Assert.InRange(memory.UsedBytes, SizeBytesMax, SizeBytesMax + LineBytesMax);

            var other = new ScriptedDestination();
            await using (var engine = Engine(
                stage, stage.Definition with { Name = "other", Destination = other.Options }, memory))
            {
                await engine.StartAsync();
                await stage.AdvanceUntilAsync(() => engine.Status()[0].BacklogRecords == 0, engine);
            }

            Assert.Equal(Numbers(), other.Lines().Select(line => line.Sequence));
            Assert.All(
                other.Objects.Values, content => Assert.InRange(content.Length, 1, FirstBlockBytes + LineBytesMax));

            stage.Destination.Answer = _ => SendResult.Accepted;
            await stage.AdvanceUntilAsync(() => waiting.Status()[0].BacklogRecords == 0, waiting);
            Assert.Equal(Numbers(), stage.Destination.Lines().Select(line => line.Sequence));
        }

        Assert.Equal(0, memory.UsedBytes);
    }

    [Fact]
    public void A_machine_gives_a_part_of_what_it_has() =>
        Assert.InRange(DeliveryMemory.OfMachine().SizeBytesMax, 16L << 20, 512L << 20);

    private static IEnumerable<long> Numbers() => Enumerable.Range(1, Records).Select(i => (long)i);

    private static DeliveryEngine Engine(DeliveryStage stage, DeliveryDefinition definition, DeliveryMemory memory) =>
        new(stage.Store, [definition], stage.Time, memory: memory);
}
