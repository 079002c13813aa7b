using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;
using X86Product = System.Runtime.Intrinsics.X86.Pclmulqdq;

namespace EdgeStream.Storage;

/// <summary>
/// Moves a CRC-32C state over a number of zero bytes: what lets the checksums of neighbouring bytes be computed at the
/// same time and put together afterwards.
/// </summary>
/// <remarks>
/// Immutable. Moving is linear over GF(2), so that a table of the four bytes' images does it for one distance. For any
/// distance it is one carry-less product with x^(8n-33) and one step of the checksum, where the processor can multiply
/// so (V. Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ, Intel 2009).
/// </remarks>
internal sealed class Crc32CShift
{
    /// <summary>The longest distance that <see cref="Over"/> takes.</summary>
    internal const int OverSizeBytesMax = 2048;

    /// <summary>The shortest: the exponent 8n-33 is negative below.</summary>
    internal const int OverSizeBytesMin = 5;

    private const int ByteValues = 256;
    private const int ByteBits = 8;

    private static readonly uint[] Factors = MakeFactors();

    private readonly uint[] _images = new uint[sizeof(uint) * ByteValues];

    /// <summary>Prepares the distance.</summary>
    internal Crc32CShift(int sizeBytes)
    {
        for (var bit = 0; bit < sizeof(uint) * ByteBits; bit++)
        {
            var image = 1u << bit;
            for (var left = sizeBytes; left > 0; left--)
            {
                image = BitOperations.Crc32C(image, (byte)0);
            }

            AddImage(bit, image);
        }
    }

    /// <summary>Whether this processor multiplies without carries, which <see cref="Over"/> needs.</summary>
    internal static bool HasOver
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => X86Product.IsSupported || ArmAes.IsSupported;
    }

    /// <summary>Moves a state over the distance.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal uint Apply(uint state)
    {
        ref var images = ref MemoryMarshal.GetArrayDataReference(_images);
        return Unsafe.Add(ref images, state & 0xFF)
            ^ Unsafe.Add(ref images, ByteValues + ((state >> 8) & 0xFF))
            ^ Unsafe.Add(ref images, (2 * ByteValues) + ((state >> 16) & 0xFF))
            ^ Unsafe.Add(ref images, (3 * ByteValues) + (state >> 24));
    }

    /// <summary>
    /// Moves a state over a distance of <see cref="OverSizeBytesMin"/> to <see cref="OverSizeBytesMax"/> bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Over(uint state, int sizeBytes)
    {
        var factor = Factors[sizeBytes];
        var product = X86Product.IsSupported
            ? X86Product.CarrylessMultiply(
                Vector128.CreateScalarUnsafe((ulong)state), Vector128.CreateScalarUnsafe((ulong)factor), 0).ToScalar()
            : ArmAes.PolynomialMultiplyWideningLower(
                Vector64.Create((ulong)state), Vector64.Create((ulong)factor)).ToScalar();
        return BitOperations.Crc32C(0, product);
    }

    private static uint[] MakeFactors()
    {
        // In reflected order x^7, the factor of the shortest distance, is bit 31 - 7; another byte is another x^8.
        var factors = new uint[OverSizeBytesMax + 1];
        factors[OverSizeBytesMin] = 1u << (31 - 7);
        for (var size = OverSizeBytesMin + 1; size <= OverSizeBytesMax; size++)
        {
            factors[size] = BitOperations.Crc32C(factors[size - 1], (byte)0);
        }

        return factors;
    }

    private void AddImage(int bit, uint image)
    {
        var table = _images.AsSpan(bit / ByteBits * ByteValues, ByteValues);
        for (var value = 0; value < ByteValues; value++)
        {
            table[value] ^= (value >> (bit % ByteBits) & 1) == 0 ? 0 : image;
        }
    }
}
