namespace EdgeStream.Devices;

/// <summary>What makes the true value of what a sensor shows: a polynomial.</summary>
/// <remarks><c>[c0, c1, c2]</c> is <c>c0 + c1·x + c2·x²</c>; nothing leaves the value as it is.</remarks>
public sealed class Calibration : IEquatable<Calibration>
{
    /// <summary>The most coefficients.</summary>
    public const int CoefficientsMax = 8;

    /// <summary>Leaves every value as it is.</summary>
    public static readonly Calibration None = new([]);

    private readonly double[] _coefficients;

    /// <summary>A polynomial, the constant first.</summary>
    /// <exception cref="ArgumentException">There are more than eight coefficients, or one is not finite.</exception>
    public Calibration(IEnumerable<double> coefficients)
    {
        _coefficients = [.. coefficients];
        if (_coefficients.Length > CoefficientsMax || !_coefficients.All(double.IsFinite))
        {
            throw new ArgumentException("A calibration has at most eight finite coefficients.", nameof(coefficients));
        }
    }

    /// <summary>The true value.</summary>
    public double Apply(double value)
    {
        if (_coefficients.Length == 0)
        {
            return value;
        }

        var result = 0.0;
        for (var i = _coefficients.Length - 1; i >= 0; i--)
        {
            result = (result * value) + _coefficients[i];
        }

        return result;
    }

    /// <inheritdoc/>
    public bool Equals(Calibration? other) =>
        other is not null && _coefficients.AsSpan().SequenceEqual(other._coefficients);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Calibration);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        _coefficients.Length == 0 ? 0 : HashCode.Combine(_coefficients[0], _coefficients.Length);
}
