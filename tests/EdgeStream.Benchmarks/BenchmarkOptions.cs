using System.Globalization;

namespace EdgeStream.Benchmarks;

/// <summary>What the command line asks of an area.</summary>
/// <param name="IsQuick">Whether the area must end within 60 seconds.</param>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Rounds">How many rounds; null leaves it to the area.</param>
internal sealed record BenchmarkOptions(bool IsQuick, int Seed, int? Rounds)
{
    /// <summary>Reads the arguments that follow the area's name.</summary>
    public static bool TryParse(ReadOnlySpan<string> arguments, out BenchmarkOptions options)
    {
        options = new BenchmarkOptions(IsQuick: false, Random.Shared.Next(), Rounds: null);
        for (var index = 0; index < arguments.Length; index++)
        {
            if (arguments[index] == "--quick")
            {
                options = options with { IsQuick = true };
                continue;
            }

            if (index + 1 == arguments.Length
                || !int.TryParse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }

            switch (arguments[index])
            {
                case "--seed":
                    options = options with { Seed = number };
                    break;
                case "--rounds" when number > 0:
                    options = options with { Rounds = number };
                    break;
                default:
                    return false;
            }

            index++;
        }

        return true;
    }
}
