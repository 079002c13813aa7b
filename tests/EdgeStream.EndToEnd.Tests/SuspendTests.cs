using System.Globalization;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>A gateway that stands still in the middle of its work and goes on, or is killed while it stands
/// still.</summary>
public sealed class SuspendTests
{
    private const int SuspendCount = 4;
    private const int AcknowledgedPerTurnMin = 300;
    private const int TopicCount = 3;
    private const int Window = 20;
    private const char StoppedState = 'T';

    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_is_lost_or_mixed_up_when_the_process_is_suspended(bool isKilledInTheEnd)
    {
        await using var world = await GatewayWorld.StartAsync("suspend");
        var publisher = new KeyedPublisher(world.Launch.MqttPort, "device", TopicCount, Window);
        using var stopping = new CancellationTokenSource();
        var running = Task.Run(() => publisher.RunAsync(stopping.Token));
        for (var turn = 1; turn <= SuspendCount; turn++)
        {
            var target = publisher.AcknowledgedCount + AcknowledgedPerTurnMin;
            await Poll.UntilAsync(() => running.IsFaulted || publisher.AcknowledgedCount >= target);
            UnixSignal.Send(world.Gateway.Id, UnixSignal.Suspend);
            await Poll.UntilAsync(() => StateOf(world.Gateway.Id) == StoppedState);
            if (!isKilledInTheEnd || turn < SuspendCount)
            {
                UnixSignal.Send(world.Gateway.Id, UnixSignal.Continue);
            }
        }

        if (isKilledInTheEnd)
        {
            world.Gateway.Kill9();
            await stopping.CancelAsync();
            await running;
            await world.StartAgainAsync();
        }
        else
        {
            await stopping.CancelAsync();
            await running;
        }

        using var deadline = new CancellationTokenSource(DrainDeadline);
        await publisher.DrainAsync(deadline.Token);
        var follower = new StreamFollower<StoredMessage>("readings", StoredMessage.From);
        await follower.ReadAsync(world.Api);
        var audit = PublishedAudit.Of([publisher], follower.Records);
        Assert.True(audit.Violations.Count == 0, $"{audit}\n{string.Join('\n', audit.Violations)}");
        Assert.Equal(publisher.Messages.Count, audit.AcknowledgedCount);
        Assert.Empty(follower.Gaps);
    }

    /// <summary>The letter behind the command's name in parentheses.</summary>
    private static char StateOf(int processId)
    {
        var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
        return text[text.LastIndexOf(')') + 2];
    }
}
