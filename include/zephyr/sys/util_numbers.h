/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * @brief Number tables of the preprocessor utilities: n+1, n-1 and n==m up to 256.
 *
 * The preprocessor can neither add nor compare tokens; each number is therefore a row.
 */
#ifndef ZEPHYR_INCLUDE_SYS_UTIL_NUMBERS_H_
#define ZEPHYR_INCLUDE_SYS_UTIL_NUMBERS_H_

#define Z_INC_0   1
#define Z_INC_1   2
#define Z_INC_2   3
#define Z_INC_3   4
#define Z_INC_4   5
#define Z_INC_5   6
#define Z_INC_6   7
#define Z_INC_7   8
#define Z_INC_8   9
#define Z_INC_9   10
#define Z_INC_10  11
#define Z_INC_11  12
#define Z_INC_12  13
#define Z_INC_13  14
#define Z_INC_14  15
#define Z_INC_15  16
#define Z_INC_16  17
#define Z_INC_17  18
#define Z_INC_18  19
#define Z_INC_19  20
#define Z_INC_20  21
#define Z_INC_21  22
#define Z_INC_22  23
#define Z_INC_23  24
#define Z_INC_24  25
#define Z_INC_25  26
#define Z_INC_26  27
#define Z_INC_27  28
#define Z_INC_28  29
#define Z_INC_29  30
#define Z_INC_30  31
#define Z_INC_31  32
#define Z_INC_32  33
#define Z_INC_33  34
#define Z_INC_34  35
#define Z_INC_35  36
#define Z_INC_36  37
#define Z_INC_37  38
#define Z_INC_38  39
#define Z_INC_39  40
#define Z_INC_40  41
#define Z_INC_41  42
#define Z_INC_42  43
#define Z_INC_43  44
#define Z_INC_44  45
#define Z_INC_45  46
#define Z_INC_46  47
#define Z_INC_47  48
#define Z_INC_48  49
#define Z_INC_49  50
#define Z_INC_50  51
#define Z_INC_51  52
#define Z_INC_52  53
#define Z_INC_53  54
#define Z_INC_54  55
#define Z_INC_55  56
#define Z_INC_56  57
#define Z_INC_57  58
#define Z_INC_58  59
#define Z_INC_59  60
#define Z_INC_60  61
#define Z_INC_61  62
#define Z_INC_62  63
#define Z_INC_63  64
#define Z_INC_64  65
#define Z_INC_65  66
#define Z_INC_66  67
#define Z_INC_67  68
#define Z_INC_68  69
#define Z_INC_69  70
#define Z_INC_70  71
#define Z_INC_71  72
#define Z_INC_72  73
#define Z_INC_73  74
#define Z_INC_74  75
#define Z_INC_75  76
#define Z_INC_76  77
#define Z_INC_77  78
#define Z_INC_78  79
#define Z_INC_79  80
#define Z_INC_80  81
#define Z_INC_81  82
#define Z_INC_82  83
#define Z_INC_83  84
#define Z_INC_84  85
#define Z_INC_85  86
#define Z_INC_86  87
#define Z_INC_87  88
#define Z_INC_88  89
#define Z_INC_89  90
#define Z_INC_90  91
#define Z_INC_91  92
#define Z_INC_92  93
#define Z_INC_93  94
#define Z_INC_94  95
#define Z_INC_95  96
#define Z_INC_96  97
#define Z_INC_97  98
#define Z_INC_98  99
#define Z_INC_99  100
#define Z_INC_100 101
#define Z_INC_101 102
#define Z_INC_102 103
#define Z_INC_103 104
#define Z_INC_104 105
#define Z_INC_105 106
#define Z_INC_106 107
#define Z_INC_107 108
#define Z_INC_108 109
#define Z_INC_109 110
#define Z_INC_110 111
#define Z_INC_111 112
#define Z_INC_112 113
#define Z_INC_113 114
#define Z_INC_114 115
#define Z_INC_115 116
#define Z_INC_116 117
#define Z_INC_117 118
#define Z_INC_118 119
#define Z_INC_119 120
#define Z_INC_120 121
#define Z_INC_121 122
#define Z_INC_122 123
#define Z_INC_123 124
#define Z_INC_124 125
#define Z_INC_125 126
#define Z_INC_126 127
#define Z_INC_127 128
#define Z_INC_128 129
#define Z_INC_129 130
#define Z_INC_130 131
#define Z_INC_131 132
#define Z_INC_132 133
#define Z_INC_133 134
#define Z_INC_134 135
#define Z_INC_135 136
#define Z_INC_136 137
#define Z_INC_137 138
#define Z_INC_138 139
#define Z_INC_139 140
#define Z_INC_140 141
#define Z_INC_141 142
#define Z_INC_142 143
#define Z_INC_143 144
#define Z_INC_144 145
#define Z_INC_145 146
#define Z_INC_146 147
#define Z_INC_147 148
#define Z_INC_148 149
#define Z_INC_149 150
#define Z_INC_150 151
#define Z_INC_151 152
#define Z_INC_152 153
#define Z_INC_153 154
#define Z_INC_154 155
#define Z_INC_155 156
#define Z_INC_156 157
#define Z_INC_157 158
#define Z_INC_158 159
#define Z_INC_159 160
#define Z_INC_160 161
#define Z_INC_161 162
#define Z_INC_162 163
#define Z_INC_163 164
#define Z_INC_164 165
#define Z_INC_165 166
#define Z_INC_166 167
#define Z_INC_167 168
#define Z_INC_168 169
#define Z_INC_169 170
#define Z_INC_170 171
#define Z_INC_171 172
#define Z_INC_172 173
#define Z_INC_173 174
#define Z_INC_174 175
#define Z_INC_175 176
#define Z_INC_176 177
#define Z_INC_177 178
#define Z_INC_178 179
#define Z_INC_179 180
#define Z_INC_180 181
#define Z_INC_181 182
#define Z_INC_182 183
#define Z_INC_183 184
#define Z_INC_184 185
#define Z_INC_185 186
#define Z_INC_186 187
#define Z_INC_187 188
#define Z_INC_188 189
#define Z_INC_189 190
#define Z_INC_190 191
#define Z_INC_191 192
#define Z_INC_192 193
#define Z_INC_193 194
#define Z_INC_194 195
#define Z_INC_195 196
#define Z_INC_196 197
#define Z_INC_197 198
#define Z_INC_198 199
#define Z_INC_199 200
#define Z_INC_200 201
#define Z_INC_201 202
#define Z_INC_202 203
#define Z_INC_203 204
#define Z_INC_204 205
#define Z_INC_205 206
#define Z_INC_206 207
#define Z_INC_207 208
#define Z_INC_208 209
#define Z_INC_209 210
#define Z_INC_210 211
#define Z_INC_211 212
#define Z_INC_212 213
#define Z_INC_213 214
#define Z_INC_214 215
#define Z_INC_215 216
#define Z_INC_216 217
#define Z_INC_217 218
#define Z_INC_218 219
#define Z_INC_219 220
#define Z_INC_220 221
#define Z_INC_221 222
#define Z_INC_222 223
#define Z_INC_223 224
#define Z_INC_224 225
#define Z_INC_225 226
#define Z_INC_226 227
#define Z_INC_227 228
#define Z_INC_228 229
#define Z_INC_229 230
#define Z_INC_230 231
#define Z_INC_231 232
#define Z_INC_232 233
#define Z_INC_233 234
#define Z_INC_234 235
#define Z_INC_235 236
#define Z_INC_236 237
#define Z_INC_237 238
#define Z_INC_238 239
#define Z_INC_239 240
#define Z_INC_240 241
#define Z_INC_241 242
#define Z_INC_242 243
#define Z_INC_243 244
#define Z_INC_244 245
#define Z_INC_245 246
#define Z_INC_246 247
#define Z_INC_247 248
#define Z_INC_248 249
#define Z_INC_249 250
#define Z_INC_250 251
#define Z_INC_251 252
#define Z_INC_252 253
#define Z_INC_253 254
#define Z_INC_254 255
#define Z_INC_255 256

#define Z_DEC_0   0
#define Z_DEC_1   0
#define Z_DEC_2   1
#define Z_DEC_3   2
#define Z_DEC_4   3
#define Z_DEC_5   4
#define Z_DEC_6   5
#define Z_DEC_7   6
#define Z_DEC_8   7
#define Z_DEC_9   8
#define Z_DEC_10  9
#define Z_DEC_11  10
#define Z_DEC_12  11
#define Z_DEC_13  12
#define Z_DEC_14  13
#define Z_DEC_15  14
#define Z_DEC_16  15
#define Z_DEC_17  16
#define Z_DEC_18  17
#define Z_DEC_19  18
#define Z_DEC_20  19
#define Z_DEC_21  20
#define Z_DEC_22  21
#define Z_DEC_23  22
#define Z_DEC_24  23
#define Z_DEC_25  24
#define Z_DEC_26  25
#define Z_DEC_27  26
#define Z_DEC_28  27
#define Z_DEC_29  28
#define Z_DEC_30  29
#define Z_DEC_31  30
#define Z_DEC_32  31
#define Z_DEC_33  32
#define Z_DEC_34  33
#define Z_DEC_35  34
#define Z_DEC_36  35
#define Z_DEC_37  36
#define Z_DEC_38  37
#define Z_DEC_39  38
#define Z_DEC_40  39
#define Z_DEC_41  40
#define Z_DEC_42  41
#define Z_DEC_43  42
#define Z_DEC_44  43
#define Z_DEC_45  44
#define Z_DEC_46  45
#define Z_DEC_47  46
#define Z_DEC_48  47
#define Z_DEC_49  48
#define Z_DEC_50  49
#define Z_DEC_51  50
#define Z_DEC_52  51
#define Z_DEC_53  52
#define Z_DEC_54  53
#define Z_DEC_55  54
#define Z_DEC_56  55
#define Z_DEC_57  56
#define Z_DEC_58  57
#define Z_DEC_59  58
#define Z_DEC_60  59
#define Z_DEC_61  60
#define Z_DEC_62  61
#define Z_DEC_63  62
#define Z_DEC_64  63
#define Z_DEC_65  64
#define Z_DEC_66  65
#define Z_DEC_67  66
#define Z_DEC_68  67
#define Z_DEC_69  68
#define Z_DEC_70  69
#define Z_DEC_71  70
#define Z_DEC_72  71
#define Z_DEC_73  72
#define Z_DEC_74  73
#define Z_DEC_75  74
#define Z_DEC_76  75
#define Z_DEC_77  76
#define Z_DEC_78  77
#define Z_DEC_79  78
#define Z_DEC_80  79
#define Z_DEC_81  80
#define Z_DEC_82  81
#define Z_DEC_83  82
#define Z_DEC_84  83
#define Z_DEC_85  84
#define Z_DEC_86  85
#define Z_DEC_87  86
#define Z_DEC_88  87
#define Z_DEC_89  88
#define Z_DEC_90  89
#define Z_DEC_91  90
#define Z_DEC_92  91
#define Z_DEC_93  92
#define Z_DEC_94  93
#define Z_DEC_95  94
#define Z_DEC_96  95
#define Z_DEC_97  96
#define Z_DEC_98  97
#define Z_DEC_99  98
#define Z_DEC_100 99
#define Z_DEC_101 100
#define Z_DEC_102 101
#define Z_DEC_103 102
#define Z_DEC_104 103
#define Z_DEC_105 104
#define Z_DEC_106 105
#define Z_DEC_107 106
#define Z_DEC_108 107
#define Z_DEC_109 108
#define Z_DEC_110 109
#define Z_DEC_111 110
#define Z_DEC_112 111
#define Z_DEC_113 112
#define Z_DEC_114 113
#define Z_DEC_115 114
#define Z_DEC_116 115
#define Z_DEC_117 116
#define Z_DEC_118 117
#define Z_DEC_119 118
#define Z_DEC_120 119
#define Z_DEC_121 120
#define Z_DEC_122 121
#define Z_DEC_123 122
#define Z_DEC_124 123
#define Z_DEC_125 124
#define Z_DEC_126 125
#define Z_DEC_127 126
#define Z_DEC_128 127
#define Z_DEC_129 128
#define Z_DEC_130 129
#define Z_DEC_131 130
#define Z_DEC_132 131
#define Z_DEC_133 132
#define Z_DEC_134 133
#define Z_DEC_135 134
#define Z_DEC_136 135
#define Z_DEC_137 136
#define Z_DEC_138 137
#define Z_DEC_139 138
#define Z_DEC_140 139
#define Z_DEC_141 140
#define Z_DEC_142 141
#define Z_DEC_143 142
#define Z_DEC_144 143
#define Z_DEC_145 144
#define Z_DEC_146 145
#define Z_DEC_147 146
#define Z_DEC_148 147
#define Z_DEC_149 148
#define Z_DEC_150 149
#define Z_DEC_151 150
#define Z_DEC_152 151
#define Z_DEC_153 152
#define Z_DEC_154 153
#define Z_DEC_155 154
#define Z_DEC_156 155
#define Z_DEC_157 156
#define Z_DEC_158 157
#define Z_DEC_159 158
#define Z_DEC_160 159
#define Z_DEC_161 160
#define Z_DEC_162 161
#define Z_DEC_163 162
#define Z_DEC_164 163
#define Z_DEC_165 164
#define Z_DEC_166 165
#define Z_DEC_167 166
#define Z_DEC_168 167
#define Z_DEC_169 168
#define Z_DEC_170 169
#define Z_DEC_171 170
#define Z_DEC_172 171
#define Z_DEC_173 172
#define Z_DEC_174 173
#define Z_DEC_175 174
#define Z_DEC_176 175
#define Z_DEC_177 176
#define Z_DEC_178 177
#define Z_DEC_179 178
#define Z_DEC_180 179
#define Z_DEC_181 180
#define Z_DEC_182 181
#define Z_DEC_183 182
#define Z_DEC_184 183
#define Z_DEC_185 184
#define Z_DEC_186 185
#define Z_DEC_187 186
#define Z_DEC_188 187
#define Z_DEC_189 188
#define Z_DEC_190 189
#define Z_DEC_191 190
#define Z_DEC_192 191
#define Z_DEC_193 192
#define Z_DEC_194 193
#define Z_DEC_195 194
#define Z_DEC_196 195
#define Z_DEC_197 196
#define Z_DEC_198 197
#define Z_DEC_199 198
#define Z_DEC_200 199
#define Z_DEC_201 200
#define Z_DEC_202 201
#define Z_DEC_203 202
#define Z_DEC_204 203
#define Z_DEC_205 204
#define Z_DEC_206 205
#define Z_DEC_207 206
#define Z_DEC_208 207
#define Z_DEC_209 208
#define Z_DEC_210 209
#define Z_DEC_211 210
#define Z_DEC_212 211
#define Z_DEC_213 212
#define Z_DEC_214 213
#define Z_DEC_215 214
#define Z_DEC_216 215
#define Z_DEC_217 216
#define Z_DEC_218 217
#define Z_DEC_219 218
#define Z_DEC_220 219
#define Z_DEC_221 220
#define Z_DEC_222 221
#define Z_DEC_223 222
#define Z_DEC_224 223
#define Z_DEC_225 224
#define Z_DEC_226 225
#define Z_DEC_227 226
#define Z_DEC_228 227
#define Z_DEC_229 228
#define Z_DEC_230 229
#define Z_DEC_231 230
#define Z_DEC_232 231
#define Z_DEC_233 232
#define Z_DEC_234 233
#define Z_DEC_235 234
#define Z_DEC_236 235
#define Z_DEC_237 236
#define Z_DEC_238 237
#define Z_DEC_239 238
#define Z_DEC_240 239
#define Z_DEC_241 240
#define Z_DEC_242 241
#define Z_DEC_243 242
#define Z_DEC_244 243
#define Z_DEC_245 244
#define Z_DEC_246 245
#define Z_DEC_247 246
#define Z_DEC_248 247
#define Z_DEC_249 248
#define Z_DEC_250 249
#define Z_DEC_251 250
#define Z_DEC_252 251
#define Z_DEC_253 252
#define Z_DEC_254 253
#define Z_DEC_255 254
#define Z_DEC_256 255

#define Z_EQ_0_0     ~, 1
#define Z_EQ_1_1     ~, 1
#define Z_EQ_2_2     ~, 1
#define Z_EQ_3_3     ~, 1
#define Z_EQ_4_4     ~, 1
#define Z_EQ_5_5     ~, 1
#define Z_EQ_6_6     ~, 1
#define Z_EQ_7_7     ~, 1
#define Z_EQ_8_8     ~, 1
#define Z_EQ_9_9     ~, 1
#define Z_EQ_10_10   ~, 1
#define Z_EQ_11_11   ~, 1
#define Z_EQ_12_12   ~, 1
#define Z_EQ_13_13   ~, 1
#define Z_EQ_14_14   ~, 1
#define Z_EQ_15_15   ~, 1
#define Z_EQ_16_16   ~, 1
#define Z_EQ_17_17   ~, 1
#define Z_EQ_18_18   ~, 1
#define Z_EQ_19_19   ~, 1
#define Z_EQ_20_20   ~, 1
#define Z_EQ_21_21   ~, 1
#define Z_EQ_22_22   ~, 1
#define Z_EQ_23_23   ~, 1
#define Z_EQ_24_24   ~, 1
#define Z_EQ_25_25   ~, 1
#define Z_EQ_26_26   ~, 1
#define Z_EQ_27_27   ~, 1
#define Z_EQ_28_28   ~, 1
#define Z_EQ_29_29   ~, 1
#define Z_EQ_30_30   ~, 1
#define Z_EQ_31_31   ~, 1
#define Z_EQ_32_32   ~, 1
#define Z_EQ_33_33   ~, 1
#define Z_EQ_34_34   ~, 1
#define Z_EQ_35_35   ~, 1
#define Z_EQ_36_36   ~, 1
#define Z_EQ_37_37   ~, 1
#define Z_EQ_38_38   ~, 1
#define Z_EQ_39_39   ~, 1
#define Z_EQ_40_40   ~, 1
#define Z_EQ_41_41   ~, 1
#define Z_EQ_42_42   ~, 1
#define Z_EQ_43_43   ~, 1
#define Z_EQ_44_44   ~, 1
#define Z_EQ_45_45   ~, 1
#define Z_EQ_46_46   ~, 1
#define Z_EQ_47_47   ~, 1
#define Z_EQ_48_48   ~, 1
#define Z_EQ_49_49   ~, 1
#define Z_EQ_50_50   ~, 1
#define Z_EQ_51_51   ~, 1
#define Z_EQ_52_52   ~, 1
#define Z_EQ_53_53   ~, 1
#define Z_EQ_54_54   ~, 1
#define Z_EQ_55_55   ~, 1
#define Z_EQ_56_56   ~, 1
#define Z_EQ_57_57   ~, 1
#define Z_EQ_58_58   ~, 1
#define Z_EQ_59_59   ~, 1
#define Z_EQ_60_60   ~, 1
#define Z_EQ_61_61   ~, 1
#define Z_EQ_62_62   ~, 1
#define Z_EQ_63_63   ~, 1
#define Z_EQ_64_64   ~, 1
#define Z_EQ_65_65   ~, 1
#define Z_EQ_66_66   ~, 1
#define Z_EQ_67_67   ~, 1
#define Z_EQ_68_68   ~, 1
#define Z_EQ_69_69   ~, 1
#define Z_EQ_70_70   ~, 1
#define Z_EQ_71_71   ~, 1
#define Z_EQ_72_72   ~, 1
#define Z_EQ_73_73   ~, 1
#define Z_EQ_74_74   ~, 1
#define Z_EQ_75_75   ~, 1
#define Z_EQ_76_76   ~, 1
#define Z_EQ_77_77   ~, 1
#define Z_EQ_78_78   ~, 1
#define Z_EQ_79_79   ~, 1
#define Z_EQ_80_80   ~, 1
#define Z_EQ_81_81   ~, 1
#define Z_EQ_82_82   ~, 1
#define Z_EQ_83_83   ~, 1
#define Z_EQ_84_84   ~, 1
#define Z_EQ_85_85   ~, 1
#define Z_EQ_86_86   ~, 1
#define Z_EQ_87_87   ~, 1
#define Z_EQ_88_88   ~, 1
#define Z_EQ_89_89   ~, 1
#define Z_EQ_90_90   ~, 1
#define Z_EQ_91_91   ~, 1
#define Z_EQ_92_92   ~, 1
#define Z_EQ_93_93   ~, 1
#define Z_EQ_94_94   ~, 1
#define Z_EQ_95_95   ~, 1
#define Z_EQ_96_96   ~, 1
#define Z_EQ_97_97   ~, 1
#define Z_EQ_98_98   ~, 1
#define Z_EQ_99_99   ~, 1
#define Z_EQ_100_100 ~, 1
#define Z_EQ_101_101 ~, 1
#define Z_EQ_102_102 ~, 1
#define Z_EQ_103_103 ~, 1
#define Z_EQ_104_104 ~, 1
#define Z_EQ_105_105 ~, 1
#define Z_EQ_106_106 ~, 1
#define Z_EQ_107_107 ~, 1
#define Z_EQ_108_108 ~, 1
#define Z_EQ_109_109 ~, 1
#define Z_EQ_110_110 ~, 1
#define Z_EQ_111_111 ~, 1
#define Z_EQ_112_112 ~, 1
#define Z_EQ_113_113 ~, 1
#define Z_EQ_114_114 ~, 1
#define Z_EQ_115_115 ~, 1
#define Z_EQ_116_116 ~, 1
#define Z_EQ_117_117 ~, 1
#define Z_EQ_118_118 ~, 1
#define Z_EQ_119_119 ~, 1
#define Z_EQ_120_120 ~, 1
#define Z_EQ_121_121 ~, 1
#define Z_EQ_122_122 ~, 1
#define Z_EQ_123_123 ~, 1
#define Z_EQ_124_124 ~, 1
#define Z_EQ_125_125 ~, 1
#define Z_EQ_126_126 ~, 1
#define Z_EQ_127_127 ~, 1
#define Z_EQ_128_128 ~, 1
#define Z_EQ_129_129 ~, 1
#define Z_EQ_130_130 ~, 1
#define Z_EQ_131_131 ~, 1
#define Z_EQ_132_132 ~, 1
#define Z_EQ_133_133 ~, 1
#define Z_EQ_134_134 ~, 1
#define Z_EQ_135_135 ~, 1
#define Z_EQ_136_136 ~, 1
#define Z_EQ_137_137 ~, 1
#define Z_EQ_138_138 ~, 1
#define Z_EQ_139_139 ~, 1
#define Z_EQ_140_140 ~, 1
#define Z_EQ_141_141 ~, 1
#define Z_EQ_142_142 ~, 1
#define Z_EQ_143_143 ~, 1
#define Z_EQ_144_144 ~, 1
#define Z_EQ_145_145 ~, 1
#define Z_EQ_146_146 ~, 1
#define Z_EQ_147_147 ~, 1
#define Z_EQ_148_148 ~, 1
#define Z_EQ_149_149 ~, 1
#define Z_EQ_150_150 ~, 1
#define Z_EQ_151_151 ~, 1
#define Z_EQ_152_152 ~, 1
#define Z_EQ_153_153 ~, 1
#define Z_EQ_154_154 ~, 1
#define Z_EQ_155_155 ~, 1
#define Z_EQ_156_156 ~, 1
#define Z_EQ_157_157 ~, 1
#define Z_EQ_158_158 ~, 1
#define Z_EQ_159_159 ~, 1
#define Z_EQ_160_160 ~, 1
#define Z_EQ_161_161 ~, 1
#define Z_EQ_162_162 ~, 1
#define Z_EQ_163_163 ~, 1
#define Z_EQ_164_164 ~, 1
#define Z_EQ_165_165 ~, 1
#define Z_EQ_166_166 ~, 1
#define Z_EQ_167_167 ~, 1
#define Z_EQ_168_168 ~, 1
#define Z_EQ_169_169 ~, 1
#define Z_EQ_170_170 ~, 1
#define Z_EQ_171_171 ~, 1
#define Z_EQ_172_172 ~, 1
#define Z_EQ_173_173 ~, 1
#define Z_EQ_174_174 ~, 1
#define Z_EQ_175_175 ~, 1
#define Z_EQ_176_176 ~, 1
#define Z_EQ_177_177 ~, 1
#define Z_EQ_178_178 ~, 1
#define Z_EQ_179_179 ~, 1
#define Z_EQ_180_180 ~, 1
#define Z_EQ_181_181 ~, 1
#define Z_EQ_182_182 ~, 1
#define Z_EQ_183_183 ~, 1
#define Z_EQ_184_184 ~, 1
#define Z_EQ_185_185 ~, 1
#define Z_EQ_186_186 ~, 1
#define Z_EQ_187_187 ~, 1
#define Z_EQ_188_188 ~, 1
#define Z_EQ_189_189 ~, 1
#define Z_EQ_190_190 ~, 1
#define Z_EQ_191_191 ~, 1
#define Z_EQ_192_192 ~, 1
#define Z_EQ_193_193 ~, 1
#define Z_EQ_194_194 ~, 1
#define Z_EQ_195_195 ~, 1
#define Z_EQ_196_196 ~, 1
#define Z_EQ_197_197 ~, 1
#define Z_EQ_198_198 ~, 1
#define Z_EQ_199_199 ~, 1
#define Z_EQ_200_200 ~, 1
#define Z_EQ_201_201 ~, 1
#define Z_EQ_202_202 ~, 1
#define Z_EQ_203_203 ~, 1
#define Z_EQ_204_204 ~, 1
#define Z_EQ_205_205 ~, 1
#define Z_EQ_206_206 ~, 1
#define Z_EQ_207_207 ~, 1
#define Z_EQ_208_208 ~, 1
#define Z_EQ_209_209 ~, 1
#define Z_EQ_210_210 ~, 1
#define Z_EQ_211_211 ~, 1
#define Z_EQ_212_212 ~, 1
#define Z_EQ_213_213 ~, 1
#define Z_EQ_214_214 ~, 1
#define Z_EQ_215_215 ~, 1
#define Z_EQ_216_216 ~, 1
#define Z_EQ_217_217 ~, 1
#define Z_EQ_218_218 ~, 1
#define Z_EQ_219_219 ~, 1
#define Z_EQ_220_220 ~, 1
#define Z_EQ_221_221 ~, 1
#define Z_EQ_222_222 ~, 1
#define Z_EQ_223_223 ~, 1
#define Z_EQ_224_224 ~, 1
#define Z_EQ_225_225 ~, 1
#define Z_EQ_226_226 ~, 1
#define Z_EQ_227_227 ~, 1
#define Z_EQ_228_228 ~, 1
#define Z_EQ_229_229 ~, 1
#define Z_EQ_230_230 ~, 1
#define Z_EQ_231_231 ~, 1
#define Z_EQ_232_232 ~, 1
#define Z_EQ_233_233 ~, 1
#define Z_EQ_234_234 ~, 1
#define Z_EQ_235_235 ~, 1
#define Z_EQ_236_236 ~, 1
#define Z_EQ_237_237 ~, 1
#define Z_EQ_238_238 ~, 1
#define Z_EQ_239_239 ~, 1
#define Z_EQ_240_240 ~, 1
#define Z_EQ_241_241 ~, 1
#define Z_EQ_242_242 ~, 1
#define Z_EQ_243_243 ~, 1
#define Z_EQ_244_244 ~, 1
#define Z_EQ_245_245 ~, 1
#define Z_EQ_246_246 ~, 1
#define Z_EQ_247_247 ~, 1
#define Z_EQ_248_248 ~, 1
#define Z_EQ_249_249 ~, 1
#define Z_EQ_250_250 ~, 1
#define Z_EQ_251_251 ~, 1
#define Z_EQ_252_252 ~, 1
#define Z_EQ_253_253 ~, 1
#define Z_EQ_254_254 ~, 1
#define Z_EQ_255_255 ~, 1
#define Z_EQ_256_256 ~, 1

#endif /* ZEPHYR_INCLUDE_SYS_UTIL_NUMBERS_H_ */
