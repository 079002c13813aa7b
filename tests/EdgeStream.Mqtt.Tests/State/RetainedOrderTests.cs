using System.Text;

namespace EdgeStream.Mqtt.Tests;

/// <summary>What is stored of retained messages is what is retained, whoever was last.</summary>
public class RetainedOrderTests
{
    private const int Rounds = 200;

    [Fact]
    public async Task The_state_has_what_is_retained_after_publishers_have_met_on_a_topic()
    {
        var store = new MemoryStateStore();
        var time = new HeldTime();
        await using var broker = new MqttBroker(new RecordingHandler(), null, store, time);
        for (int i = 0; i < Rounds; i++)
        {
            await broker.Journal.FlushAsync();
            Meet(broker, time, $"t/{i}", isDeletion: i % 2 == 1);
        }

        await broker.Journal.FlushAsync();
        var retained = broker.Retained.Match("#"u8, 0).ToDictionary(m => $"retained/{Topics.Text(m.Topic)}", Value);
        var stored = store.List().Where(static e => e.Key != "clock").ToDictionary(e => e.Key, e => Value(e.Value));
        Assert.Empty(retained.Except(stored));
        Assert.Empty(stored.Except(retained));
    }

    /// <summary>One publisher waits for the journal, which is held at a commit's begin; another comes when it is let
    /// go.</summary>
    private static void Meet(MqttBroker broker, HeldTime time, string topic, bool isDeletion)
    {
        broker.Publish(topic, "before"u8, retain: true);
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var holder = new Thread(() =>
        {
            time.HoldThisThread(held, release);
            _ = broker.Journal.FlushAsync();
        });
        var first = new Thread(() => broker.Publish(topic, "first"u8, retain: true));
        holder.Start();
        held.Wait();
        first.Start();
        SpinWait.SpinUntil(() => (first.ThreadState & ThreadState.WaitSleepJoin) != 0);
        release.Set();
        broker.Publish(topic, isDeletion ? default : "second"u8, retain: true);
        first.Join();
        holder.Join();
    }

    private static string Value(ApplicationMessage message) => Encoding.UTF8.GetString(message.Payload);

    private static string Value(ReadOnlyMemory<byte> value)
    {
        var reader = new StateReader(value.Span);
        return Value(MessageRecord.Read(ref reader, 0));
    }

    /// <summary>A clock that holds up the one thread that reads it at a commit's begin.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private ManualResetEventSlim? _held;
        private ManualResetEventSlim? _release;
        private int _threadId;

        public override long GetTimestamp()
        {
            if (Environment.CurrentManagedThreadId == _threadId)
            {
                _threadId = 0;
                _held!.Set();
                _release!.Wait();
            }

            return 0;
        }

        internal void HoldThisThread(ManualResetEventSlim held, ManualResetEventSlim release)
        {
            _held = held;
            _release = release;
            _threadId = Environment.CurrentManagedThreadId;
        }
    }
}
