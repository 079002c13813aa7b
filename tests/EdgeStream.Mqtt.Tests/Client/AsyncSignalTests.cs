namespace EdgeStream.Mqtt.Tests;

public class AsyncSignalTests
{
    [Fact]
    public async Task A_wake_before_the_wait_is_remembered_and_several_count_as_one()
    {
        var signal = new AsyncSignal();
        signal.Wake();
        signal.Wake();
        ValueTask first = signal.WaitAsync();
        Assert.True(first.IsCompleted);
        await first;
        ValueTask second = signal.WaitAsync();
        Assert.False(second.IsCompleted);
        signal.Wake();
        await second;
    }

    [Fact]
    public async Task No_wake_is_lost_between_racing_threads()
    {
        const int Count = 100_000;
        var signal = new AsyncSignal();
        int produced = 0;
        Task waker = Task.Run(() =>
        {
            for (int i = 1; i <= Count; i++)
            {
                Volatile.Write(ref produced, i);
                signal.Wake();
            }
        });
        while (Volatile.Read(ref produced) < Count)
        {
            await signal.WaitAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        }

        await waker;
    }
}
