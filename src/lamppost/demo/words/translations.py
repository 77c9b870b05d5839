"""The question and some statements in the two other languages of Harbourlea."""

from __future__ import annotations

# Language → question, background, what it will decide.
QUESTION: dict[str, dict[str, str]] = {
    "es": {
        "question": "¿Cómo deben ser nuestras calles de noche?",
        "background": (
            "Algunos tenemos miedo de volver a casa a pie. Algunos no podemos dormir por la luz en "
            "la ventana. Algunos echamos de menos las estrellas. Diga qué piensa de lo que "
            "escribieron otros, y añada lo que falta. La pregunta sigue abierta mientras dure la "
            "alianza."
        ),
        "decides": (
            "Qué metas debe cumplir el nuevo alumbrado y cómo se regula en las próximas calles"
        ),
    },
    "ar": {
        "question": "كيف نريد أن تكون شوارعنا بعد حلول الظلام؟",
        "background": (
            "بعضنا يخاف من العودة إلى البيت مشيًا. بعضنا لا يستطيع النوم بسبب الضوء في النافذة. "
            "وبعضنا يشتاق إلى النجوم. قل رأيك فيما كتبه الآخرون، وأضف ما ينقص. يبقى السؤال "
            "مفتوحًا ما دامت الشراكة قائمة."
        ),
        "decides": "الأهداف التي يجب أن تحققها الإنارة الجديدة، وكيف تُضبط في الشوارع التالية",
    },
}

# Language → number of the statement → its words.
STATEMENTS: dict[str, dict[int, str]] = {
    "es": {
        1: "Nadie debería tener que volver a casa a oscuras desde el último autobús.",
        2: "La calle delante de mi casa está demasiado oscura después de las diez.",
        3: "La luz de la calle debe caer en la acera, no en los dormitorios.",
        4: "Prefiero una luz cálida y amarillenta a una luz blanca y brillante.",
        5: "Vale la pena probar farolas que alumbran más cuando alguien se acerca.",
        6: "El ayuntamiento no debería poner cámaras en las farolas.",
        7: "Más luz siempre hace más segura una calle.",
        8: "Echo de menos ver las estrellas sobre el puerto.",
        9: "Gastamos demasiado en electricidad para las farolas.",
        10: "Hay que preguntar a la gente antes de cambiar la luz de su calle.",
        11: "Las farolas deberían bajar su luz entre medianoche y las cinco.",
        12: (
            "No importa que la luz sea desigual, mientras los cruces y las paradas estén bien "
            "alumbrados."
        ),
        18: "Una farola rota debería repararse en una semana.",
        20: "La parada de autobús de Northgate no tiene ninguna luz. Empiecen por allí.",
    },
    "ar": {
        1: "لا ينبغي أن يضطر أحد إلى العودة إلى بيته في الظلام من آخر حافلة.",
        2: "الشارع أمام بيتي مظلم جدًا بعد العاشرة.",
        3: "يجب أن يقع ضوء الشارع على الرصيف، لا داخل غرف النوم.",
        4: "أفضّل ضوءًا دافئًا مائلًا إلى الصفرة على ضوء أبيض ساطع.",
        5: "المصابيح التي تزداد سطوعًا عندما يقترب أحد تستحق التجربة.",
        6: "لا ينبغي للبلدة أن تضع كاميرات على أعمدة الإنارة.",
        7: "مزيد من الضوء يجعل الشارع دائمًا أكثر أمانًا.",
        8: "أشتاق إلى رؤية النجوم فوق الميناء.",
        10: "يجب سؤال الناس قبل تغيير الضوء في شارعهم.",
        18: "يجب إصلاح المصباح المعطوب خلال أسبوع.",
    },
}
