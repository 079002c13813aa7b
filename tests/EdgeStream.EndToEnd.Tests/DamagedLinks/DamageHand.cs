namespace EdgeStream.EndToEnd.Tests.DamagedLinks;

/// <summary>Kills the gateway, restarts the server and cuts the link at random, with a seed, while the link itself goes
/// wrong in each connection.</summary>
internal sealed class DamageHand(
    GatewayWorld world, IDamagedDestination destination, GatewayMemory memory, Random random)
{
    private const int KillsMin = 3;
    private const int StepsPerRestart = 8;
    private static readonly TimeSpan StepMax = TimeSpan.FromMilliseconds(900);

    /// <summary>How much longer it may take until each fault has struck.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(2);

    private int _kills;
    private int _restarts;
    private int _outages;

    /// <summary>What was done so far.</summary>
    public ChaosCounts Counts => new(_kills, _restarts, _outages, destination.Link.Connections);

    /// <summary>Does so for a time, and until each fault of the link has struck.</summary>
    public async Task RunAsync(TimeSpan time)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var step = 1; ; step++)
        {
            var elapsed = TimeProvider.System.GetElapsedTime(began);
            if (elapsed >= time && _kills >= KillsMin && _restarts > 0 && !destination.Link.Missing.Any())
            {
                return;
            }

            Assert.True(
                elapsed < time + PatienceMax,
                $"{Counts}; {destination.Link.Struck}\n{world.Gateway.Output}");
            await PauseAsync();
            memory.Look(world.Gateway.Id);
            await StepAsync(isRestartDue: step % StepsPerRestart == 0);
        }
    }

    /// <summary>Kills the gateway and starts it again.</summary>
    public async Task KillAsync()
    {
        _kills++;
        world.Gateway.Kill9();
        await world.StartAgainAsync();
    }

    private async Task StepAsync(bool isRestartDue)
    {
        if (isRestartDue)
        {
            _restarts++;
            await destination.RestartAsync();
            return;
        }

        switch (random.Next(8))
        {
            case 0 or 1:
                await KillAsync();
                break;
            case 2:
                _outages++;
                destination.Link.Close();
                destination.Link.Cut();
                await PauseAsync();
                destination.Link.Open();
                break;
            case 3:
                destination.Link.Cut();
                break;
            default:
                // The link does enough.
                break;
        }
    }

    private async Task PauseAsync()
    {
        using var timer = new PeriodicTimer(StepMax * random.Next(10, 100) / 100);
        await timer.WaitForNextTickAsync();
    }
}
