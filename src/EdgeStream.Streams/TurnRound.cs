namespace EdgeStream.Streams;

/// <summary>One round of work that is due again and again: every part has its turn, whatever becomes of the others.
/// </summary>
/// <remarks>
/// Used by one caller at a time. A part that fails is noted, and has its next turn in the next round: who gives the
/// turns must show <see cref="Failed"/> to somebody. At most one note for each turn that was given.
/// </remarks>
/// <param name="failedBefore">What failed in the round before.</param>
public sealed class TurnRound(IReadOnlyList<FailedTurn> failedBefore)
{
    private readonly List<FailedTurn> _failed = [];

    /// <summary>The parts whose turn has failed, in the order of their turns.</summary>
    public IReadOnlyList<FailedTurn> Failed => _failed;

    /// <summary>How many turns were given.</summary>
    public int TurnCount { get; private set; }

    /// <summary>Gives a part its turn. Never throws.</summary>
    /// <param name="part">What it is, for people; the same in every round.</param>
    /// <param name="work">What it does.</param>
    public void Give(string part, Action work)
    {
        TurnCount++;
        try
        {
            work();
        }
        catch (Exception error)
        {
            Note(part, error);
        }
    }

    /// <summary>The same for work that is waited for.</summary>
    public async Task GiveAsync(string part, Func<Task> work)
    {
        TurnCount++;
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Note(part, error);
        }
    }

    private void Note(string part, Exception error)
    {
        long times = 1;
        foreach (var before in failedBefore)
        {
            times += before.Part == part ? before.Times : 0;
        }

        _failed.Add(new FailedTurn(part, error, times));
    }
}
