using System.Text;
using EdgeStream.Testing;

namespace EdgeStream.Mqtt.Tests;

/// <summary>What is stored of retained messages is what is retained, whoever was last.</summary>
public class RetainedOrderTests
{
    private const int Topics = 20_000;

    [Fact]
    public async Task The_state_has_what_is_retained_after_threads_have_met_on_every_topic()
    {
        var store = new MemoryStateStore();
        await using var broker = new MqttBroker(new RecordingHandler(), null, store, new ManualTimeProvider());
        broker.Start();
        int arrived = 0;
        Task Run(byte[] payload) => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Topics; i++)
                {
                    // Both are at the same topic at the same time.
                    Interlocked.Increment(ref arrived);
                    var spin = default(SpinWait);
                    while (Volatile.Read(ref arrived) < 2 * (i + 1))
                    {
                        spin.SpinOnce();
                    }

                    broker.Publish($"t/{i}", i % 2 == 0 || payload[0] == 'a' ? payload : [], retain: true);
                }
            },
            TaskCreationOptions.LongRunning);
        await Task.WhenAll(Run("a"u8.ToArray()), Run("b"u8.ToArray()));
        await broker.Journal.FlushAsync();
        var retained = new Dictionary<string, string>();
        foreach (ApplicationMessage message in broker.Retained.Match("#"u8, 0))
        {
            retained.Add($"retained/{Encoding.UTF8.GetString(message.Topic)}", Value(message));
        }

        var stored = new Dictionary<string, string>();
        foreach ((string key, ReadOnlyMemory<byte> value) in store.List())
        {
            if (key != "clock")
            {
                var reader = new StateReader(value.Span);
                stored.Add(key, Value(MessageRecord.Read(ref reader, 0)));
            }
        }

        Assert.Empty(retained.Except(stored));
        Assert.Empty(stored.Except(retained));
    }

    private static string Value(ApplicationMessage message) => Encoding.UTF8.GetString(message.Payload);
}
