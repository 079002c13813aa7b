using System.Runtime.CompilerServices;

namespace EdgeStream.Testing;

/// <summary>Waits for a condition that nothing signals, with a deadline.</summary>
public static class Poll
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a test waits for what should happen at once; generous, since only failures wait that
    /// long.</summary>
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Asks again and again until the condition holds.</summary>
    /// <exception cref="TimeoutException">The deadline passed; the message quotes the condition and <paramref
    /// name="state"/>.</exception>
    public static Task UntilAsync(
        Func<bool> condition,
        TimeSpan? deadline = null,
        Func<string>? state = null,
        [CallerArgumentExpression(nameof(condition))] string text = "") =>
        UntilAsync(() => Task.FromResult(condition()), deadline, state, text);

    /// <summary>Asks again and again until the condition holds.</summary>
    /// <exception cref="TimeoutException">The deadline passed; the message quotes the condition and <paramref
    /// name="state"/>.</exception>
    public static async Task UntilAsync(
        Func<Task<bool>> condition,
        TimeSpan? deadline = null,
        Func<string>? state = null,
        [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var limit = deadline ?? DefaultDeadline;
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"Not true within {limit.TotalSeconds} s: {text}\n{state?.Invoke()}");
            }

            await Task.Delay(Interval);
        }
    }

    /// <summary>Asks again and again until there is a value, and returns it.</summary>
    /// <exception cref="TimeoutException">The deadline passed; the message quotes the question and <paramref
    /// name="state"/>.</exception>
    public static async Task<T> ForAsync<T>(
        Func<Task<T?>> question,
        TimeSpan? deadline = null,
        Func<string>? state = null,
        [CallerArgumentExpression(nameof(question))] string text = "")
        where T : class
    {
        T? answer = null;
        await UntilAsync(async () => (answer = await question()) is not null, deadline, state, text);
        return answer!;
    }
}
